import { Agent } from 'undici';
import { type Guard, guardedConnector } from './guarded-connector.ts';

const POOL = {
  connections: 256,
  maxHeaderSize: 16_384,
  // uvicorn closes idle connections after 5 s and does not say so: a call on one of those would fail.
  keepAliveTimeout: 4000,
  keepAliveMaxTimeout: 30_000,
};

/** The connections to all servers that are called, kept for the next call, each opened under guard. */
export const openAgent = (guard: Guard): Agent =>
  new Agent({ ...POOL, allowH2: false, connect: guardedConnector(guard) });
