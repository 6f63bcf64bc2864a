import type { Socket } from 'node:net';
import { type Guard, guardedConnector } from './guarded-connector.ts';

/** A TCP connection that is held to the policy as those for HTTP are, to be encrypted or not by who asked for it. */
export const connectSocket = (guard: Guard, hostname: string, port: number): Promise<Socket> =>
  new Promise((resolve, reject) =>
    guardedConnector(guard)({ hostname, port: String(port), protocol: 'http:' }, (error, socket) =>
      error ? reject(error) : resolve(socket!),
    ),
  );
