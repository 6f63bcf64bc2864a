import type { AlertFilter } from '../../client/alert-calls.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showAge } from '../show/age.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { shortId } from '../show/short-id.ts';
import { showState } from '../show/state.ts';
import { printTable } from '../show/table.ts';

type Options = ServerOptions & { json?: true } & Pick<AlertFilter, 'state' | 'project' | 'rule'>;

/** `whoosh alert list` */
export async function listAlerts(io: Io, { state, project, rule, ...options }: Options): Promise<void> {
  const client = await openClient(io, options);
  const filter = { ...(state && { state }), ...(project && { project }), ...(rule && { rule }), limit: 200 };
  const items = await Array.fromAsync(client.listAlerts(filter));
  if (options.json) return printJson(io, { items });
  if (!items.length) return void io.stdout.write('No alerts.\n');
  const ids = items.map(({ id }) => id);
  const rows = items.map((alert) => [
    shortId(alert.id, ids),
    showState(io, alert.state),
    alert.severity,
    alert.rule,
    showAge(alert.opened_at),
    oneLine(alert.summary),
  ]);
  printTable(io, ['ALERT', 'STATE', 'SEVERITY', 'RULE', 'OPENED', 'SUMMARY'], rows);
}
