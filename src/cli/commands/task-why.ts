import { fullName } from '../../agents/schema.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showAhead } from '../show/ahead.ts';
import { printFields } from '../show/fields.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { showState } from '../show/state.ts';
import { style } from '../show/style.ts';
import { printTable } from '../show/table.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh task why` */
export async function whyTask(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  const why = await client.whyTask(id);
  if (options.json) return printJson(io, why);
  io.stdout.write(`${style(io, 'bold', oneLine(why.summary))}\n`);
  for (const step of why.unblock) io.stdout.write(`  would help: ${oneLine(step)}\n`);
  io.stdout.write('\n');
  printFields(io, {
    state: showState(io, why.state),
    'place in queue': why.queue_position,
    'not before': showAhead(why.available_at),
    'waits for': why.open_dependencies
      .map(({ task_id, state, title }) => `${task_id} ${state} ${oneLine(title)}`)
      .join('\n'),
  });
  if (!why.agents.length) return;
  io.stdout.write('\n');
  const rows = why.agents.map(({ runner, agent, verdict, detail }) => [
    fullName({ runner, name: agent }),
    style(io, verdict === 'eligible' ? 'green' : 'yellow', verdict),
    oneLine(detail),
  ]);
  printTable(io, ['AGENT', 'VERDICT', 'DETAIL'], rows);
}
