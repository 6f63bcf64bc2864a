import type { Ending, Evil, EvilCall } from './evil.ts';

const BROKE: Ending = { code: 'transport', says: /broke|was not asked for|end marker/ };

/** Writes past node's own HTTP, and closes. */
const raw = (text: string): Evil['answer'] => {
  return ({ req, dialect, model }: EvilCall) =>
    void req.socket.end(text.replace('TYPE', dialect.streamType).replace('TEXT', dialect.text(model, 'Hello')));
};

/** Servers whose connection, or whose HTTP, breaks. */
export const BREAKS: Record<string, Evil> = {
  'reset-before-headers': { answer: ({ req }) => void req.socket.resetAndDestroy(), ending: BROKE },
  'end-before-headers': { answer: ({ req }) => void req.socket.end(), ending: BROKE },
  'reset-in-mid-body': {
    answer({ dialect, model, head, req, res }) {
      head();
      res.write(dialect.text(model, 'Hello'), () => setTimeout(() => req.socket.resetAndDestroy(), 20));
    },
    ending: BROKE,
  },
  'end-in-mid-body': { answer: raw('HTTP/1.1 200 OK\r\ncontent-type: TYPE\r\n\r\nTEXT'), ending: BROKE },
  'length-too-long': {
    answer: raw('HTTP/1.1 200 OK\r\ncontent-type: TYPE\r\ncontent-length: 9999\r\n\r\nTEXT'),
    ending: BROKE,
  },
  'length-too-short': {
    answer: raw('HTTP/1.1 200 OK\r\ncontent-type: TYPE\r\ncontent-length: 30\r\n\r\nTEXT'),
    ending: BROKE,
  },
  'two-lengths': {
    answer: raw('HTTP/1.1 200 OK\r\ncontent-type: TYPE\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nTEXT'),
    ending: BROKE,
  },
  'length-of-nonsense': {
    answer: raw('HTTP/1.1 200 OK\r\ncontent-type: TYPE\r\ncontent-length: -1\r\n\r\nTEXT'),
    ending: BROKE,
  },
  'bad-chunks': {
    answer: raw('HTTP/1.1 200 OK\r\ncontent-type: TYPE\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nTEXT'),
    ending: BROKE,
  },
  'chunk-without-end': {
    answer: raw(
      'HTTP/1.1 200 OK\r\ncontent-type: TYPE\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nTEXT',
    ),
    ending: BROKE,
  },
  'no-http': { answer: raw('SSH-2.0-OpenSSH_9.6\r\n'), ending: BROKE },
  'tls-alert': { answer: raw('\x15\x03\x01\x00\x02\x02\x46'), ending: BROKE },
  'head-with-nul': { answer: raw('HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\nTEXT'), ending: BROKE },
  'switching-protocols': {
    answer: raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    ending: BROKE,
  },
  'no-content': { answer: ({ res }) => void res.writeHead(204).end(), ending: BROKE },
  'nothing-at-all': {
    answer({ head, res }) {
      head();
      res.end();
    },
    ending: BROKE,
  },
};
