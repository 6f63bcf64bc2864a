import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SubmitTask } from '../client/task-calls.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import { readText } from './read-text.ts';

/** What `whoosh task submit` is given for a model. */
export type CallOptions = {
  system?: string;
  image?: string[];
  temperature?: number;
  maxTokens?: number;
  responseFormat?: string;
  repair?: true;
  embed?: string[];
};
type Call = NonNullable<SubmitTask['call']>;

/** The call of a model that the command line describes; undefined when it describes none. `prompt` goes with the images. */
export async function callOf(io: Io, options: CallOptions, prompt: string | undefined): Promise<Call | undefined> {
  const { system, image, temperature, maxTokens, responseFormat, repair, embed } = options;
  const parameters = { ...(temperature !== undefined && { temperature }), ...(maxTokens && { max_tokens: maxTokens }) };
  const call = {
    ...(system !== undefined && { system: await readText(io, '--system', system) }),
    ...(image && { messages: [await messageOf(io, prompt, image)] }),
    ...(Object.keys(parameters).length && { parameters }),
    ...(responseFormat !== undefined && { response_format: responseFormat }),
    ...(repair && { repairs: 1 }),
    ...(embed && { embed: await Promise.all(embed.map((text) => readText(io, '--embed', text))) }),
  };
  return Object.keys(call).length ? (call as Call) : undefined;
}

async function messageOf(io: Io, prompt: string | undefined, files: string[]) {
  return { role: 'user', content: prompt ?? '', images: await Promise.all(files.map((file) => readImage(io, file))) };
}

/** First bytes of each type. */
const TYPES: [type: string, signature: RegExp][] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF....WEBP/s],
];

async function readImage(io: Io, file: string): Promise<{ type: string; base64: string }> {
  const bytes = await readFile(resolve(io.cwd, file)).catch((error: NodeJS.ErrnoException) => {
    throw usage(`--image: the file ${file} cannot be read (${error.code})`);
  });
  const [type] = TYPES.find(([, signature]) => signature.test(bytes.toString('latin1', 0, 12))) ?? [];
  if (!type) throw usage(`--image: ${file} is no PNG, JPEG, WebP or GIF`);
  return { type, base64: bytes.toString('base64') };
}

const usage = (sentence: string) =>
  new CliError(sentence, { code: 'usage', exit: 'usage', hint: 'See `whoosh task submit --help`.' });
