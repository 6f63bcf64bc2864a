import type { Client } from '../../client/client.ts';
import type { Exit } from '../exit-codes.ts';
import { followLogToEnd } from '../follow-to-end.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { reportEnd } from '../report-end.ts';
import { printJson } from '../show/json.ts';
import { type SubmitOptions, taskOf } from '../task-of.ts';
import { waitLimit } from '../wait-limit.ts';
import { watchOutput } from '../watch-output.ts';

/** `whoosh task submit`: prints the new task's id; with --wait, its log and result. */
export async function submitTask(io: Io, options: SubmitOptions, text?: string): Promise<Exit> {
  const task = await taskOf(io, options, text);
  const client = await openClient(io, options);
  const { id, state } = await client.submitTask(task, { idempotencyKey: options.idempotencyKey });
  if (options.wait) return waitFor(io, client, id, options);
  if (options.json) printJson(io, await client.getTask(id));
  else io.stdout.write(`${id}\n`);
  const next = state === 'waiting' ? 'why' : 'watch';
  if (io.stderr.isTTY) io.stderr.write(`Next: whoosh task ${next} ${id}\n`);
  return 'ok';
}

async function waitFor(io: Io, client: Client, id: string, options: SubmitOptions): Promise<Exit> {
  const { json, waitTimeout } = options;
  io.stderr.write(`task ${id}\n`);
  if (json) return reportEnd(io, await waitLimit(client.waitTask(id, { timeoutMs: waitTimeout })), { json });
  const output = watchOutput(io);
  const following = followLogToEnd(output.io, client, id, { timeoutMs: waitTimeout, onEntry: output.entry });
  return reportEnd(io, await waitLimit(following), { output });
}
