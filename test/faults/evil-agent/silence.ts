import type { Ending, Evil } from './evil.ts';
import { RIGHT } from './evil.ts';

const TOO_LONG: Ending = { code: 'attempt_timeout', says: /took longer than it may/ };

/** Servers that say nothing, or too little at a time. */
export const SILENCE: Record<string, Evil> = {
  'hang-before-headers': { answer() {}, ending: TOO_LONG },
  'hang-after-headers': {
    answer(call) {
      call.head();
      call.res.flushHeaders();
    },
    ending: TOO_LONG,
  },
  'hang-in-the-body': {
    answer({ dialect, model, head, res }) {
      head();
      res.write(dialect.text(model, 'Hello'));
    },
    ending: TOO_LONG,
  },
  'hang-in-a-line': {
    answer({ dialect, model, head, res }) {
      head();
      res.write(dialect.text(model, 'Hello').slice(0, -20));
    },
    ending: TOO_LONG,
  },
  'hang-in-an-error': {
    answer: ({ res }) => void res.writeHead(500, { 'content-type': 'application/json' }).write('{"error":"it '),
    ending: { code: 'transport', says: /answered 500: \{"error":"it/ },
  },
  'hang-after-the-end': {
    answer({ dialect, model, head, res }) {
      head();
      res.write(dialect.text(model, RIGHT) + dialect.end(model));
    },
    ending: { result: RIGHT },
  },
  drip: {
    answer({ dialect, model, head, res, every }) {
      head();
      every(20, () => res.write(dialect.text(model, 'x')));
    },
    ending: TOO_LONG,
  },
  'drip-of-spaces': {
    answer({ dialect, head, res, every }) {
      head();
      every(20, () => res.write(dialect.kind === 'openai' ? ': still here\n\n' : ' \n'));
    },
    ending: TOO_LONG,
  },
  'byte-by-byte': {
    answer({ dialect, model, head, res, every }) {
      const bytes = Buffer.from(dialect.text(model, 'Hel\u{1F600}lo') + dialect.end(model));
      let at = 0;
      head();
      every(1, () => (at < bytes.length ? res.write(bytes.subarray(at, ++at)) : res.end()));
    },
    ending: { result: 'Hel\u{1F600}lo' },
  },
  'early-hints-for-ever': {
    answer: ({ req, every }) => every(5, () => req.socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')),
    ending: TOO_LONG,
  },
};
