import { resolve } from 'node:path';
import { readConfig } from '../../config.ts';
import { createLog } from '../../lib/log.ts';
import { type Restored, restore } from '../../operate/restore.ts';
import type { Io } from '../io.ts';
import { showDuration } from '../show/duration.ts';
import { printJson } from '../show/json.ts';
import { withDatabase } from '../with-database.ts';

type Options = { json?: true; force?: true; disconnect?: true };

/** `whoosh restore <file>`: all or nothing. */
export async function restoreBackUp(io: Io, { json, force, disconnect }: Options, file = ''): Promise<void> {
  const options = { force: force ?? false, disconnect: disconnect ?? false };
  const began = performance.now();
  const work = (url: string) => restore(url, resolve(io.cwd, file), options);
  const restored = await withDatabase(readConfig(io.env), createLog('silent', false), work);
  if (json) return printJson(io, restored);
  print(io, restored, performance.now() - began);
}

function print(io: Io, { rows, created_at, version, migrations }: Restored, ms: number): void {
  io.stdout.write(`restored ${rows} rows of ${created_at} (WHOOSH ${version}) in ${showDuration(ms)}\n`);
  for (const name of migrations) io.stdout.write(`applied ${name}\n`);
  io.stderr.write('What ran at that time is queued again; runners open new sessions by themselves.\n');
}
