import { createRequire } from 'node:module';
import { type Logger, type LoggerOptions, pino } from 'pino';

/** The log that every part is given: `log.info({ task_id }, 'sentence')`. */
export type Log = Logger;

const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'token', 'secret', 'databaseUrl', 'api_key'];

// A wildcard stands for one level, so each depth is named. Three levels reach `err.request.headers.authorization`'s
// like; deeper objects have no business in a log line.
const REDACTED = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.*.*.${field}`]);

/**
 * Opens the log: JSON lines on standard output, or coloured lines for a person when `pretty`.
 * Fields that carry credentials (authorization, cookie, password, token, secret, api_key, databaseUrl) are written as
 * `[redacted]` down to four levels; secrets inside sentences are the writer's duty.
 */
export function createLog(level: string, pretty: boolean, write: NodeJS.WritableStream = process.stdout): Log {
  const options: LoggerOptions = {
    level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    base: { pid: process.pid },
  };
  return pretty ? pino(options, prettyStream(write)) : pino(options, write);
}

// Loaded only when wanted: a server in a container never needs it. In this process instead of pino's worker thread, so
// that the last lines before an exit are not lost.
function prettyStream(destination: NodeJS.WritableStream): NodeJS.WritableStream {
  const pinoPretty = createRequire(import.meta.url)('pino-pretty') as (options: object) => NodeJS.WritableStream;
  return pinoPretty({ destination, sync: true, colorize: true, ignore: 'pid', translateTime: 'SYS:HH:MM:ss.l' });
}
