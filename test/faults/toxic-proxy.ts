import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What a proxy does to the bytes that pass; without any, nothing. */
export type Toxics = {
  /** Milliseconds each chunk is held back. */
  latencyMs?: number;
  /** Up to so many milliseconds more, or less. */
  jitterMs?: number;
  bytesPerSecond?: number;
  /** Bytes of the largest piece that passes at once. */
  sliceBytes?: number;
  /** Nothing passes, and nobody is told: half-open. */
  silent?: true;
  /** Resets a connection after so many bytes in one direction. */
  resetAfterBytes?: number;
  /** Resets every new connection. */
  refuse?: true;
};

/**
 * Opens a proxy on a free port of the loopback before `port`. `random` (0 to 1) decides the jitter. New toxics count
 * from the next chunk on, also for open connections.
 */
export async function openToxicProxy(port: number, random: () => number) {
  let toxics: Toxics = {};
  const sockets = new Set<Socket>();
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on('error', () => {}); // A broken connection is what this proxy is for.
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    carry(from, to, () => toxics, random).catch(() => from.destroy());
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (toxics.refuse) return void client.on('error', () => {}).resetAndDestroy();
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    join(client, upstream);
    join(upstream, client);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    /** Replaces all toxics. */
    set(next: Toxics) {
      toxics = next;
    },
    /** Resets the open connections. */
    reset,
    async close() {
      // Not by resets: one of a connection that is being ended is never finished, and a worker thread waits for it for ever.
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

/** Passes on what comes, by the toxics of the moment, until it ends. */
async function carry(from: Socket, to: Socket, toxicsNow: () => Toxics, random: () => number): Promise<void> {
  let passed = 0;
  for await (const chunk of from) {
    for (const piece of slices(chunk, toxicsNow().sliceBytes ?? chunk.length)) {
      const delayMs = delay(toxicsNow(), piece.length, random);
      if (delayMs > 0) await pause(delayMs);
      if (toxicsNow().silent) continue;
      passed += piece.length;
      if (passed > (toxicsNow().resetAfterBytes ?? Infinity))
        return [from, to].forEach((end) => void end.resetAndDestroy());
      if (!to.write(piece)) await once(to, 'drain');
    }
  }
  to.end();
}

function delay(
  { latencyMs = 0, jitterMs = 0, bytesPerSecond = Infinity }: Toxics,
  bytes: number,
  random: () => number,
) {
  return Math.max(0, latencyMs + jitterMs * (2 * random() - 1)) + (bytes / bytesPerSecond) * 1000;
}

function slices(chunk: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(chunk.length / size) }, (_, at) => chunk.subarray(at * size, (at + 1) * size));
}
