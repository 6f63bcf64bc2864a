import { constants } from 'node:os';
import { type Config, ConfigError, readConfig } from '../../config.ts';
import { createLog, type Log } from '../../lib/log.ts';
import type { Server } from '../../main.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { onDefect } from '../on-defect.ts';
import { onStopSignals } from '../on-stop-signals.ts';
import { outliveOutput } from '../outlive-output.ts';

/**
 * Runs a replica until it is told to stop. Exit codes: 0 stopped as it was asked, also before it had started; 1 it could
 * not start, or not hand everything over; 70 an error that nobody caught; 75 the database was restored; 78 a setting is
 * not usable; 128 + the number of a second signal that came before it had started. docs/operate/lifecycle.md.
 */
export async function serve(): Promise<void> {
  const config = readSettings();
  if (!config) return;
  outliveOutput();
  const log = createLog(config.logLevel, isPretty(config));
  const starting = new AbortController();
  let hear = (signal: NodeJS.Signals) => endStart(starting, signal, log);
  // Before the program is loaded: what PID 1 has no handler for, it does not hear.
  onStopSignals((signal) => hear(signal));
  // Loaded only now, so that a bad setting is told at once.
  const { startServer } = await import('../../main.ts');
  try {
    const server = await startServer(config, log, starting.signal);
    onDefect(log, () => server.stop({ atOnce: true }));
    hear = stopOnSignal(server, config, log);
    stopWhenRestored(server, log);
    sayReady(config, server, log);
  } catch (error) {
    if (starting.signal.aborted) log.info('stopped before it had started');
    else tellFailure(error, log);
  }
}

/** In production nobody sits before it, whatever it is started from. */
const isPretty = ({ logFormat, mode }: Config): boolean =>
  logFormat === 'auto' ? mode !== 'production' && process.stdout.isTTY === true : logFormat === 'pretty';

/** What has started is ended step by step; a second signal does not wait for that. */
function endStart(starting: AbortController, signal: NodeJS.Signals, log: Log): void {
  if (starting.signal.aborted) process.exit(128 + constants.signals[signal]);
  log.info(`${signal}: ending the start`);
  starting.abort();
}

function tellFailure(error: unknown, log: Log): void {
  // When cleaning up fails as well, what failed first is what counts.
  const first = (error instanceof SuppressedError ? error.suppressed : error) as Error;
  // What only the database can tell, such as one that is too old or has too few connections.
  if (first instanceof ConfigError) {
    refuse(first);
  } else {
    log.error({ err: error }, first.message);
    process.exitCode = EXIT_CODES.failed[0];
  }
}

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
  process.exitCode = EXIT_CODES.settings[0];
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
function stopOnSignal(server: Server, { drainLimitMs }: Config, log: Log): (signal: NodeJS.Signals) => void {
  let stopping: Promise<void> | undefined;
  return (signal) => {
    log.info(
      stopping
        ? `${signal} again: handing everything back now`
        : `${signal}: stopping; running work has ${drainLimitMs / 1000} s to end, a second signal hands it back`,
    );
    const stopped = server.stop({ atOnce: stopping !== undefined });
    stopping ??= stopped.then(
      () => log.info('stopped'),
      (error) => {
        log.error({ err: error }, 'Stopping failed');
        process.exitCode = EXIT_CODES.failed[0];
      },
    );
  };
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
