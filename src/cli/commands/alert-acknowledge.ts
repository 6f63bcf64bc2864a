import { findAlertId } from '../find-alert.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';

type Options = ServerOptions & { json?: true };

/** `whoosh alert acknowledge` */
export async function acknowledgeAlert(io: Io, options: Options, id: string): Promise<void> {
  const client = await openClient(io, options);
  const alert = await client.acknowledgeAlert(await findAlertId(client, id));
  if (options.json) return printJson(io, alert);
  io.stdout.write(`alert ${alert.id} ${alert.state}\n`);
}
