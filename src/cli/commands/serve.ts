import { type Config, ConfigError, readConfig } from '../../config.ts';
import { createLog, type Log } from '../../lib/log.ts';
import type { Server } from '../../main.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { onDefect } from '../on-defect.ts';
import { onStopSignals } from '../on-stop-signals.ts';

/** Exit codes: 0 stopped cleanly, 1 could not start, 70 (EX_SOFTWARE) an error that nobody caught, 75 (EX_TEMPFAIL) the database was restored, 78 (EX_CONFIG of sysexits.h) a setting is not usable. */
export async function serve(): Promise<void> {
  const config = readSettings();
  if (!config) return;
  const log = createLog(config.logLevel, isPretty(config));
  // Loaded only now, so that a bad setting is told at once.
  const { startServer } = await import('../../main.ts');
  const starting = new AbortController();
  const started = onStopSignals(() => starting.abort());
  try {
    const server = await startServer(config, log, starting.signal);
    onDefect(log, () => server.stop({ atOnce: true }));
    stopOnSignal(server, log);
    stopWhenRestored(server, log);
    sayReady(config, server, log);
  } catch (error) {
    if (starting.signal.aborted) return;
    // What only the database can tell, such as one that is too old or has too few connections.
    if (error instanceof ConfigError) return refuse(error);
    log.error({ err: error }, (error as Error).message);
    process.exitCode = 1;
  } finally {
    started();
  }
}

/** In production nobody sits before it, whatever it is started from. */
const isPretty = ({ logFormat, mode }: Config): boolean =>
  logFormat === 'auto' ? mode !== 'production' && process.stdout.isTTY === true : logFormat === 'pretty';

function readSettings(): Config | undefined {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    refuse(error);
    return undefined;
  }
}

/** A line a variable, and nothing else: it is read in the log of a container. */
function refuse({ message }: ConfigError): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 78;
}

/** Whatever started the process starts it anew, with nothing remembered of the history that was given up. */
function stopWhenRestored(server: Server, log: Log): void {
  void server.restored.then(async () => {
    log.error('The database was restored from a back-up: this replica stops, start it again');
    process.exitCode = EXIT_CODES.restored[0];
    await server.stop({ atOnce: true });
  });
}

/** The first signal hands over and stops; a second one does not wait for running work. */
function stopOnSignal(server: Server, log: Log): void {
  let stopping: Promise<void> | undefined;
  onStopSignals((signal) => {
    log.info(
      stopping
        ? `${signal} again: handing everything back now`
        : `${signal}: stopping; running work has 30 s to end, a second signal hands it back`,
    );
    const stopped = server.stop({ atOnce: stopping !== undefined });
    stopping ??= stopped.then(
      () => log.info('stopped'),
      (error) => {
        log.error({ err: error }, 'Stopping failed');
        process.exitCode = 1;
      },
    );
  });
}

/** Says in a standalone server where it is, what was found, and what to type next; elsewhere one log line is enough. */
function sayReady(config: Config, server: Server, log: Log): void {
  if (config.mode === 'production') log.info({ url: server.url }, 'ready');
  else process.stdout.write(readyText(config, server));
}

const readyText = (config: Config, server: Server): string => `
  WHOOSH is ready at ${server.url}

  database     ${config.databaseUrl ? 'DATABASE_URL' : `embedded PostgreSQL in ${config.dataDir}`}
  admin key    ${server.adminKeyFile} (the CLI on this machine finds it by itself)
  API          ${server.url}/api/docs
  agents here  ${agentsText(server)}

  Next, in another terminal:
    npx whoosh task submit 'echo "hello from $(hostname)"' --needs shell --wait
    npx whoosh doctor

`;

function agentsText({ localRunner }: Server): string {
  if (!localRunner) return 'none: the local runner is off';
  const lines = localRunner.agents.map(
    ({ name, capabilities, not_ready_reason }) => `${name} (${not_ready_reason ?? capabilities.join(', ')})`,
  );
  return lines.join('\n               ') || 'none: add one to agents.yaml of the local runner';
}
