import type { Readable, Writable } from 'node:stream';
import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import { AttemptFailure } from '../../attempt-failure.ts';
import type { OutputLog } from '../../output/output-log.ts';
import { readLines } from './read-lines.ts';

/** Requests of the agent that may wait for their answers at a time; beyond, it is not listened to. */
const MOST_OPEN_REQUESTS = 200;
/** The agent does not want the answer to a request any more. */
const CANCEL = '$/cancel_request';
const MOST_BYTES = 16_777_216;

/**
 * The messages of an agent and to it, as lines of JSON. What an agent prints that is no message goes to the log. It is
 * read no faster than the log takes what it says and its requests are answered. Ends with AttemptFailure
 * message_too_large at a line of over 16 MiB. `onUpdate` gets what a session tells in the order in which it was said, the
 * ends of turns included, which the library does not keep; other news is left out.
 */
export function messageStream(
  { stdin, stdout }: { stdin: Writable; stdout: Readable },
  output: OutputLog,
  onUpdate: (params: unknown) => void,
): Stream {
  const asked = new Set<unknown>();
  const open = new Set<unknown>();
  let answered = Promise.withResolvers<void>();
  async function* incoming(): AsyncGenerator<AnyMessage> {
    for await (const line of readLines(stdout, MOST_BYTES, tooLarge)) {
      await output.room();
      while (open.size >= MOST_OPEN_REQUESTS) await answered.promise;
      const message = parse(line);
      if (!message) await output.write('stdout', Buffer.from(`${line}\n`));
      else if (isWanted(message)) yield message as AnyMessage;
    }
  }
  const isWanted = (message: Record<string, unknown>): boolean => {
    // The library complains on standard error about every answer to a question that it did not ask.
    if (!('method' in message)) return asked.delete(message.id);
    if ('id' in message) return Boolean(open.add(message.id));
    if (message.method === 'session/update') onUpdate(message.params);
    return message.method === CANCEL;
  };
  const writable = new WritableStream<AnyMessage>({
    async write(message) {
      if ('method' in message && 'id' in message) asked.add(message.id);
      if (!('method' in message) && open.delete(message.id)) {
        answered.resolve();
        answered = Promise.withResolvers();
      }
      await new Promise<void>((resolve, reject) =>
        stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve())),
      );
    },
  });
  stdin.on('error', () => {});
  return { readable: ReadableStream.from(incoming()), writable };
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    // Not a message: what an agent prints by mistake is shown, not answered.
    return undefined;
  }
}

const tooLarge = () => new AttemptFailure('message_too_large', 'The agent sent a message of over 16 MiB.', false);
