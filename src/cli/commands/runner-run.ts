import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readConfig } from '../../config.ts';
import { createLog } from '../../lib/log.ts';
import { startRunner } from '../../runner/loop.ts';
import { openTracing } from '../../telemetry/open-tracing.ts';
import type { Exit } from '../exit-codes.ts';
import { findServer, type ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { onStopSignals } from '../on-stop-signals.ts';
import { outliveOutput } from '../outlive-output.ts';
import { runnerFolder } from '../runner-folder.ts';

type Options = ServerOptions & { token?: string; name?: string; folder?: string; agents?: string };

/** `whoosh runner`: runs until it is told to stop. The first signal lets running work end, a second one hands it back. */
export async function runRunner(io: Io, options: Options): Promise<Exit> {
  const folder = runnerFolder(io, options.folder);
  outliveOutput();
  const log = createLog(io.env.WHOOSH_LOG_LEVEL || 'info', isPretty(io));
  const starting = new AbortController();
  let stop = () => starting.abort(new Error('Stopped before it had started'));
  const forget = onStopSignals((signal) => {
    log.info(`${signal}: stopping`);
    stop();
  });
  const tracing = await openTracing(traceSettings(io), { service: 'whoosh-runner', instance: randomUUID(), log });
  try {
    const runner = await startRunner({
      server: await serverOf(io, options, folder),
      folder,
      agentsFile: options.agents && resolve(io.cwd, options.agents),
      token: options.token ?? (io.env.WHOOSH_ENROLMENT_TOKEN || undefined),
      name: options.name,
      log,
      tracing,
      environment: io.env,
      signal: starting.signal,
    });
    stop = () => void runner.stop();
    const { exitCode, sentence } = await runner.done;
    log[exitCode === 0 ? 'info' : 'error'](sentence);
    return exitCode === 0 ? 'ok' : 'failed';
  } finally {
    forget();
    await tracing.close();
  }
}

/** Of the server's settings those that a runner heeds too. */
const traceSettings = ({ env }: Io) =>
  readConfig(Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('OTEL_'))));

const isPretty = ({ env: { WHOOSH_LOG_FORMAT = 'auto' }, stdout }: Io): boolean =>
  WHOOSH_LOG_FORMAT === 'auto' ? stdout.isTTY === true : WHOOSH_LOG_FORMAT === 'pretty';

/** After its enrolment a runner knows its server. */
async function serverOf(io: Io, options: Options, folder: string): Promise<string> {
  if (options.server === undefined && !io.env.WHOOSH_URL) {
    const stored = await readFile(join(folder, 'credential.json'), 'utf8').catch(() => '{}');
    const { server } = JSON.parse(stored) as { server?: string };
    if (server) return server;
  }
  return (await findServer(io, options)).url;
}
