import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { App } from './app-types.ts';

const LOOK_EVERY_MS = 50;

/**
 * Lets the application close soon. A server waits for its connections, so: streams, which have no end of their own, are
 * told to end (`app.closing`); a connection that was busy is not kept for the client's next request (72 s); one on which
 * nothing was ever sent, as browsers open them in advance, is not waited for (60 s).
 */
export function endConnections(app: App): void {
  const closing = new AbortController();
  // Every open stream listens.
  setMaxListeners(0, closing.signal);
  app.decorate('closing', closing.signal);
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  let timer: NodeJS.Timeout | undefined;
  app.addHook('preClose', async () => {
    closing.abort();
    timer = setInterval(() => endUnused(app, sockets), LOOK_EVERY_MS);
  });
  app.server.once('close', () => clearInterval(timer));
  // An application that never listened has no server to close.
  app.addHook('onClose', async () => app.server.listening || clearInterval(timer));
}

function endUnused(app: App, sockets: Set<Socket>): void {
  app.server.closeIdleConnections();
  for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
}
