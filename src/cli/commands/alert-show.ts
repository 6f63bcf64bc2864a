import type { components } from '../../client/api.gen.ts';
import { findAlertId } from '../find-alert.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printFields } from '../show/fields.ts';
import { printJson } from '../show/json.ts';
import { logText } from '../show/log-text.ts';
import { oneLine } from '../show/one-line.ts';
import { showState } from '../show/state.ts';
import { printTable } from '../show/table.ts';

type Options = ServerOptions & { json?: true };
type Detail = components['schemas']['AlertDetail'];

/** `whoosh alert show` */
export async function showAlert(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  const alert = await client.getAlert(await findAlertId(client, id));
  if (options.json) return printJson(io, alert);
  printFields(io, {
    id: alert.id,
    summary: oneLine(alert.summary),
    detail: alert.detail && logText(alert.detail, io.stdout),
    state: showState(io, alert.state),
    severity: alert.severity,
    rule: alert.rule,
    about: oneLine(alert.subject),
    project: alert.project_id,
    opened: `${alert.opened_at}${alert.count > 1 ? `, ${alert.count} times` : ''}`,
    'last seen': alert.last_seen_at,
    acknowledged: alert.acknowledged_at && `${alert.acknowledged_at} by ${alert.acknowledged_by}`,
    resolved: alert.resolved_at && `${alert.resolved_at} by ${alert.resolved_by}`,
    'what to do': alert.runbook,
  });
  if (alert.deliveries.length) printDeliveries(io, alert.deliveries);
}

function printDeliveries(io: Io, deliveries: Detail['deliveries']): void {
  io.stdout.write('\n');
  const rows = deliveries.map((one) => [one.notifier, howFar(one), String(one.attempts), oneLine(one.answer ?? '-')]);
  printTable(io, ['NOTIFIER', 'TOLD', 'TRIES', 'ANSWER'], rows);
}

function howFar({ delivered_at, gave_up_at, next_attempt_at }: Detail['deliveries'][number]): string {
  if (delivered_at) return delivered_at;
  return gave_up_at ? `given up at ${gave_up_at}` : `again at ${next_attempt_at}`;
}
