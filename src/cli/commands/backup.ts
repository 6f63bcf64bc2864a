import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Config, readConfig } from '../../config.ts';
import { createLog } from '../../lib/log.ts';
import { type BackUp, backUp } from '../../operate/back-up.ts';
import type { Io } from '../io.ts';
import { onStopSignals } from '../on-stop-signals.ts';
import { showBytes } from '../show/bytes.ts';
import { showDuration } from '../show/duration.ts';
import { printJson } from '../show/json.ts';
import { withAnyDatabase } from '../with-any-database.ts';

/** `whoosh backup [file]`: Ctrl-C leaves no file. */
export async function writeBackUp(io: Io, { json }: { json?: true }, given?: string): Promise<void> {
  const config = readConfig(io.env);
  const file = await fileOf(io, given);
  const began = performance.now();
  const interrupted = new AbortController();
  const forget = onStopSignals(() => interrupted.abort(new Error('The back-up was interrupted; no file was written.')));
  try {
    const work = (url: string) => backUp(url, file, interrupted.signal);
    const written = await withAnyDatabase(config, createLog('silent', false), work);
    if (json) return printJson(io, written);
    print(io, config, written, performance.now() - began);
  } finally {
    forget();
  }
}

/** A folder gets a file named after the moment, so that a timer may call this. */
async function fileOf({ cwd }: Io, given = '.'): Promise<string> {
  const path = resolve(cwd, given);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const moment = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return isFolder ? join(path, `whoosh-${moment}.sql.gz`) : path;
}

function print(io: Io, config: Config, { file, rows, bytes, by, sealed_secrets }: BackUp, ms: number): void {
  io.stdout.write(`${file}\n`);
  io.stderr.write(
    `${rows} rows, ${showBytes(bytes)}, in ${showDuration(ms)}; read by ${by === 'whoosh' ? 'COPY' : by}\n`,
  );
  const key = config.secretsKey ? 'SECRETS_KEY' : join(config.dataDir, 'secrets.key');
  if (sealed_secrets)
    io.stderr.write(
      `Keep ${key} as well, in another place: without it ${sealed_secrets} sealed keys cannot be opened.\n`,
    );
}
