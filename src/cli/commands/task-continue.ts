import type { Exit } from '../exit-codes.ts';
import type { ServerOptions } from '../find-server.ts';
import { followLogToEnd } from '../follow-to-end.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { readText } from '../read-text.ts';
import { reportEnd } from '../report-end.ts';
import { printJson } from '../show/json.ts';
import { waitLimit } from '../wait-limit.ts';
import { watchOutput } from '../watch-output.ts';

type Options = ServerOptions & {
  json?: true;
  title?: string;
  wait?: true;
  waitTimeout?: number;
  idempotencyKey?: string;
};

/** `whoosh task continue`: prints the new task's id; with --wait, its log and result. */
export async function continueTask(io: Io, options: Options, id: string, text: string): Promise<Exit> {
  const { title, idempotencyKey, wait, waitTimeout: timeoutMs, json } = options;
  const prompt = await readText(io, 'the prompt', text);
  const client = await openClient(io, options);
  const next = await client.continueTask(id, { prompt, ...(title !== undefined && { title }) }, { idempotencyKey });
  if (wait) {
    io.stderr.write(`task ${next.id}\n`);
    if (json) return reportEnd(io, await waitLimit(client.waitTask(next.id, { timeoutMs })), { json });
    const output = watchOutput(io);
    const following = followLogToEnd(output.io, client, next.id, { timeoutMs, onEntry: output.entry });
    return reportEnd(io, await waitLimit(following), { output });
  }
  if (json) printJson(io, next);
  else io.stdout.write(`${next.id}\n`);
  return 'ok';
}
