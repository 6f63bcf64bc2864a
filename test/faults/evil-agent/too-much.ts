import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, gzipSync } from 'node:zlib';
import type { Ending, Evil, EvilCall } from './evil.ts';

const MIB = 1024 * 1024;
const TOO_LARGE: Ending = { code: 'protocol', says: /larger than \d+ bytes/ };
const RESULT_TOO_LARGE: Ending = { code: 'result_too_large', says: /longer than the result of a task can be/ };
const NO_END: Ending = { code: 'protocol', says: /without an end/ };

/** 300 MiB of empty lines in about 300 KiB: made off the loop, since everybody else goes on meanwhile. */
async function bomb(encoding: 'gzip' | 'br'): Promise<Buffer> {
  const lines = Buffer.alloc(300 * MIB, '\n');
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  return encoding === 'gzip' ? promisify(gzip)(lines) : promisify(brotliCompress)(lines, quick);
}
const bombs = { gzip: once(() => bomb('gzip')), br: once(() => bomb('br')) };

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const compressed = (encoding: string, body: () => Promise<Buffer>): Evil['answer'] => {
  return async ({ head, res }) => {
    const bytes = await body();
    head({ 'content-encoding': encoding });
    res.end(bytes);
  };
};

const flooding = (piece: (call: EvilCall) => string): Evil['answer'] => {
  return (call) => {
    const text = piece(call);
    call.head();
    call.flood(() => text);
  };
};

/** A stream's piece that begins with `start` and is `fill` for ever. */
const endlessly = (start: string, fill: string): Evil['answer'] => {
  return (call) => {
    let isBegun = false;
    call.head();
    call.flood(() => {
      if (isBegun) return fill;
      isBegun = true;
      return call.dialect.kind === 'openai' ? `data: ${start}` : start;
    });
  };
};

/** Servers that send more than anybody can use. */
export const TOO_MUCH: Record<string, Evil> = {
  'endless-text': {
    answer: flooding(({ dialect, model }) => dialect.text(model, 'x'.repeat(1000)).repeat(30)),
    ending: RESULT_TOO_LARGE,
  },
  'endless-small-pieces': {
    answer: flooding(({ dialect, model }) => dialect.text(model, 'x').repeat(300)),
    ending: TOO_LARGE,
    heavy: true,
  },
  'endless-thoughts': {
    answer: flooding(({ dialect, model }) =>
      dialect
        .text(model, '')
        .replace('"content":""', `"content":"","reasoning":"${'y'.repeat(5000)}"`)
        .repeat(10),
    ),
    ending: TOO_LARGE,
    heavy: true,
  },
  'endless-empty-lines': { answer: flooding(() => '\n'.repeat(MIB)), ending: TOO_LARGE, heavy: true },
  'endless-line': { answer: endlessly('{"model":"', 'x'.repeat(65_536)), ending: NO_END },
  'endless-numbers': { answer: endlessly('{"model":[1', ',1'.repeat(32_768)), ending: NO_END },
  'endless-error': {
    answer(call) {
      call.res.writeHead(500, { 'content-type': 'application/json' });
      call.flood(() => 'x'.repeat(65_536));
    },
    ending: { code: 'transport', says: /answered 500: xxx/ },
  },
  'endless-page': {
    answer(call) {
      call.res.writeHead(200, { 'content-type': 'text/html' });
      call.flood(() => '<p>Welcome</p>'.repeat(5000));
    },
    ending: { code: 'protocol', says: /text\/html.*Welcome/ },
  },
  'huge-head': {
    answer: ({ res }) => void res.writeHead(200, { 'x-much': 'y'.repeat(60_000) }).end(),
    ending: { code: 'protocol', says: /head of the answer .* too large/ },
  },
  'gzip-bomb': { answer: compressed('gzip', bombs.gzip), ending: TOO_LARGE, heavy: true },
  'brotli-bomb': { answer: compressed('br', bombs.br), ending: TOO_LARGE, heavy: true },
  'encoding-chain': {
    answer: compressed('gzip, gzip', async () => gzipSync(await bombs.gzip())),
    ending: { code: 'transport', says: /encoded as "gzip, gzip", which was not asked for/ },
    heavy: true,
  },
  'no-gzip': {
    answer: compressed('gzip', async () => Buffer.from('not compressed at all')),
    ending: { code: 'transport', says: /broke/ },
  },
  'half-a-gzip': {
    answer: compressed('gzip', async () => gzipSync('hello '.repeat(1000)).subarray(0, 40)),
    ending: { code: 'transport', says: /broke/ },
  },
};
