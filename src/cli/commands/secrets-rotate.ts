import { DATABASE_RULES } from '../../config/production-rules.ts';
import { readConfig } from '../../config.ts';
import { createLog } from '../../lib/log.ts';
import { resealAll } from '../../operate/reseal-all.ts';
import type { Exit } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { printJson } from '../show/json.ts';
import { withDatabase } from '../with-database.ts';

/** `whoosh secrets rotate`: exit 1 when something can be opened with none of the keys. */
export async function rotateSecrets(io: Io, { json }: { json?: true }): Promise<Exit> {
  const config = readConfig(io.env, DATABASE_RULES);
  const tell = (done: number, total: number) => {
    if (io.stderr.isTTY) io.stderr.write(`\r${done} of ${total}`);
  };
  const result = await withDatabase(config, createLog('silent', false), (url) => resealAll(url, config, tell));
  if (io.stderr.isTTY) io.stderr.write('\r\x1b[K');
  if (json) printJson(io, result);
  else io.stdout.write(`${result.resealed} sealed anew, ${result.kept} were already, ${result.lost.length} are lost\n`);
  for (const id of result.lost) io.stderr.write(`lost: secret ${id} opens with none of the keys; give it again\n`);
  return result.lost.length ? 'failed' : 'ok';
}
