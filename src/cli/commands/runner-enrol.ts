import { findServer, type ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true; project?: string; ttl?: number };

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** `whoosh runner enrol` */
export async function enrolRunner(io: Io, { project, ttl, ...options }: Options): Promise<void> {
  const client = await openClient(io, options);
  const { url } = await findServer(io, options);
  const enrolment = await client.createEnrolment({ ...(project && { project }), ...(ttl && { ttl_ms: ttl }) });
  const command = `whoosh runner --server ${url} --token ${enrolment.token}`;
  if (options.json) return printJson(io, { ...enrolment, command });
  io.stdout.write(`${command}\n`);
  const notes = [`The token works once, until ${enrolment.expires_at}. Before it, on that machine: whoosh runner init`];
  if (LOOPBACK.test(new URL(url).hostname)) {
    notes.push(
      `${url} is this machine only. For another one, let the server listen on an address that it can reach`,
      '(WHOOSH_HOST=0.0.0.0, with TLS before it) and put that address into the command.',
    );
  }
  io.stderr.write(`${notes.join('\n')}\n`);
}
