import type { Exit } from '../exit-codes.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';
import { printTable } from '../show/table.ts';

type Options = ServerOptions & { json?: true };

const NONE = 'No notifier is set up: see ALERT_WEBHOOK_URL, ALERT_SMTP_URL, ALERT_SLACK_URL and ALERT_NTFY_URL.\n';

/** `whoosh alert test` */
export async function testNotifiers(io: Io, options: Options): Promise<Exit | undefined> {
  const client = await openClient(io, options);
  const tested = await client.testNotifiers();
  const { notifiers } = tested;
  if (options.json) printJson(io, tested);
  else if (!notifiers.length) io.stderr.write(NONE);
  else {
    const rows = notifiers.map(({ notifier, delivered, answer }) => [
      notifier,
      delivered ? 'yes' : 'no',
      oneLine(answer),
    ]);
    printTable(io, ['NOTIFIER', 'TOLD', 'ANSWER'], rows);
  }
  return notifiers.length && notifiers.every(({ delivered }) => delivered) ? undefined : 'failed';
}
