import { createRequire } from 'node:module';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { escapeControls } from './log/escape-controls.ts';
import { scrubSecrets } from './log/scrub-secrets.ts';
import { showControls } from './log/show-controls.ts';
import { tidyFields, tidyText } from './log/tidy-fields.ts';
import { VERSION } from './version.ts';
import { workScope } from './work-scope.ts';

/** The log that every part is given: `log.info({ task_id }, 'sentence')`. */
export type Log = Logger;

const OPTIONS: LoggerOptions = {
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }), log: tidyFields },
  // Says to which request, attempt or duty a line belongs; what the line itself says of that wins.
  // Errors are among the fields that are tidied; pino would take what is left of one for an error of type Object.
  serializers: { err: (tidied: unknown) => tidied },
  mixin: scopeFields,
};

function scopeFields(): Record<string, unknown> {
  const { traceparent, ...fields } = workScope.now();
  return traceparent ? { ...fields, trace_id: traceparent.slice(3, 35) } : fields;
}

/**
 * Opens the log: JSON lines on standard output, or coloured lines for a person when `pretty`. A line has `level`, `time`
 * (RFC 3339), `service`, `version`, `pid`, `msg`, and what it belongs to: see work-scope.ts. Whatever is logged, a line is
 * bounded (log/tidy-fields.ts), holds no secret (log/scrub-secrets.ts), and cannot forge another line or steer a terminal.
 */
export function createLog(level: string, pretty: boolean, write: NodeJS.WritableStream = process.stdout): Log {
  const clean = pretty ? showControls : escapeControls;
  const options: LoggerOptions = {
    ...OPTIONS,
    level,
    base: { service: 'whoosh', version: VERSION, pid: process.pid },
    hooks: {
      logMethod(given, method) {
        method.apply(this, tidyArguments(given) as Parameters<typeof method>);
      },
      // The line as it is written, so that nothing gets by: fields, sentence, stack, causes, names of fields.
      streamWrite: (line) => clean(scrubSecrets(line)),
    },
  };
  return pretty ? pino(options, prettyStream(write)) : pino(options, write);
}

function tidyArguments([first, ...rest]: unknown[]): unknown[] {
  const texts = rest.map((one) => (typeof one === 'string' ? tidyText(one) : one));
  if (first instanceof Error) return [{ err: first }, ...(texts.length ? texts : [tidyText(first.message)])];
  return [typeof first === 'string' ? tidyText(first) : first, ...texts];
}

// Loaded only when wanted: a server in a container never needs it. In this process instead of pino's worker thread, so
// that the last lines before an exit are not lost.
function prettyStream(destination: NodeJS.WritableStream): NodeJS.WritableStream {
  const pinoPretty = createRequire(import.meta.url)('pino-pretty') as (options: object) => NodeJS.WritableStream;
  return pinoPretty({
    destination,
    sync: true,
    colorize: true,
    ignore: 'pid,service,version,replica_id',
    translateTime: 'SYS:HH:MM:ss.l',
    // Else whoever writes a line end into a sentence writes a line of his own.
    messageFormat: (fields: { msg?: unknown }) => String(fields.msg ?? '').replaceAll('\n', '\\n'),
  });
}
