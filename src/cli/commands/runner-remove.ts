import { CliError } from '../cli-error.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh runner remove` */
export async function removeRunner(io: Io, options: Options, given: string): Promise<void> {
  const client = await openClient(io, options);
  const runners = await client.listRunners();
  const named = runners.filter(({ name }) => name === given);
  if (named.length > 1) {
    const ids = named.map(({ id }) => id).join(', ');
    throw new CliError(`Several runners are named "${given}"`, { code: 'invalid_request', hint: `Use an id: ${ids}.` });
  }
  const runner = runners.find(({ id }) => id === given) ?? named[0];
  await client.removeRunner(runner?.id ?? given);
  if (options.json) return printJson(io, runner);
  io.stdout.write(`${runner?.name} removed\n`);
}
