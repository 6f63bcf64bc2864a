import { sendJson } from '../../support/model-servers/send-json.ts';
import type { Ending, Evil, EvilCall } from './evil.ts';
import { RIGHT } from './evil.ts';

const NOT_JSON: Ending = { code: 'protocol', says: /not JSON|no events|should not|no answer/ };

/** Says this as its stream, and ends. */
const saying = (stream: (call: EvilCall) => string | Buffer): Evil['answer'] => {
  return (call) => {
    call.head();
    call.res.end(stream(call));
  };
};

/** JSON as one piece of a stream. */
const piece = ({ dialect }: EvilCall, json: string): string =>
  dialect.kind === 'openai' ? `data: ${json}\n\n` : `${json}\n`;

const rawly = (contentJson: string): Evil['answer'] =>
  saying(({ dialect, model }) => dialect.rawText(model, contentJson) + dialect.end(model));

/** Servers that say they succeeded, and did not; or say what nobody can store. */
export const LIES: Record<string, Evil> = {
  'error-in-200': {
    answer: ({ res }) => sendJson(res, { error: 'CUDA out of memory' }),
    ending: { code: 'transport', says: /error: CUDA out of memory/ },
  },
  'error-in-the-stream': {
    answer: saying(({ dialect, model }) => dialect.text(model, 'Hel') + dialect.error('CUDA out of memory')),
    ending: { code: 'transport', says: /error: CUDA out of memory/ },
  },
  'error-after-the-end': {
    answer: saying(({ dialect, model }) => dialect.text(model, RIGHT) + dialect.end(model) + dialect.error('no')),
    ending: { result: RIGHT },
  },
  'done-without-content': { answer: saying(({ dialect, model }) => dialect.end(model)), ending: { result: '' } },
  'only-loaded': {
    answer: saying(({ dialect, model }) => dialect.end(model).replace('"done_reason":"stop"', '"done_reason":"load"')),
    ending: { code: 'protocol', says: /loaded the model .* did not answer/ },
    only: 'ollama',
  },
  'never-done': {
    answer: saying(({ dialect, model }) => dialect.text(model, RIGHT)),
    ending: { code: 'transport', says: /end marker/ },
  },
  'another-model': {
    answer: saying(({ dialect }) => dialect.text('model-b', RIGHT) + dialect.end('model-b')),
    ending: { code: 'protocol', says: /for the model model-b instead of model-a/ },
  },
  'tool-nobody-offered': {
    answer: saying(({ dialect, model }) => dialect.call(model, 'rm', { path: '/' }) + dialect.end(model)),
    ending: { code: 'protocol', says: /calls a tool.*none was offered/ },
  },
  'wrong-type': {
    answer: ({ res }) => void res.writeHead(200, { 'content-type': 'image/png' }).end('\x89PNG\r\n'),
    ending: { code: 'protocol', says: /image\/png/ },
  },
  garbage: {
    answer: saying(() => Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251))),
    ending: NOT_JSON,
  },
  'words-of-another-kind': { answer: saying((call) => piece(call, '{"choices":"a","message":7}')), ending: NOT_JSON },
  nul: { answer: rawly('"a\\u0000b"'), ending: { result: 'a\uFFFDb' } },
  'raw-nul': { answer: rawly('"a\0b"'), ending: NOT_JSON },
  'lone-surrogates': {
    answer: rawly('"\\udc00a\\ud800b\\ud83d\\ude00"'),
    ending: { result: '\uFFFDa\uFFFDb\u{1F600}' },
  },
  'invalid-utf-8': {
    answer: saying(({ dialect, model }) => Buffer.from(dialect.text(model, 'a\u00ffb') + dialect.end(model), 'latin1')),
    ending: { result: 'a\uFFFDb' },
  },
  'endless-reason': {
    answer: saying(({ dialect, model }) =>
      (dialect.text(model, RIGHT) + dialect.end(model)).replace(
        '"stop"',
        JSON.stringify(`${'x'.repeat(999)}\u{1F600}`),
      ),
    ),
    ending: { result: RIGHT },
  },
  'deep-json': {
    answer: saying((call) => piece(call, '['.repeat(500_000))),
    ending: { code: 'protocol', says: /nests deeper/ },
  },
  'number-bomb': {
    answer: saying(({ dialect, model }) =>
      (dialect.text(model, RIGHT) + dialect.end(model)).replaceAll(/:(26|298|324)/g, ':1e20000'),
    ),
    ending: { result: RIGHT },
  },
  'own-prototype': {
    answer: saying(({ dialect, model }) => {
      const [text, end] = [dialect.text(model, RIGHT), dialect.end(model)];
      return text.replace('{', '{"__proto__":{"error":"x"},"constructor":1,') + end;
    }),
    ending: { result: RIGHT },
  },
};
