import type { IncomingMessage, ServerResponse } from 'node:http';
import { DIALECTS, type Dialect } from '../../support/model-servers/dialects.ts';
import { sendJson } from '../../support/model-servers/send-json.ts';
import { wildServer } from '../../support/model-servers/wild-server.ts';
import { type EvilCall, RIGHT } from './evil.ts';
import { EVILS } from './evils.ts';

/** The first is asked for; that the second is listed lets an answer in its name be seen as a lie. */
const MODELS = ['model-a', 'model-b'];

/**
 * A model server that behaves by the first part of its path: `${url}/gzip-bomb` is the URL of an agent that bombs. Each
 * speaks both dialects, and says rightly what models it has, so that calls come.
 */
export async function openEvilAgent() {
  const calls = new Map<string, number>();
  const server = await wildServer((req, res, body) => {
    const [, name = '', rest = ''] = /^\/([^/]*)(\/.*)$/.exec(req.url!) ?? [];
    const dialect = DIALECTS.find(({ chatPath }) => chatPath === rest);
    const evil = EVILS[name];
    if (!dialect || !evil) return tell(rest, res);
    const key = `${name} ${dialect.kind} ${body}`;
    calls.set(key, (calls.get(key) ?? 0) + 1);
    res.on('error', () => {}); // Writing to a caller who left is what many of them do.
    void evil.answer(toCall({ dialect, req, res, model: JSON.parse(body).model, nth: calls.get(key)! }));
  });
  return {
    /** Of the agent with this behaviour. */
    urlOf: (name: string): string => `${server.url}/${name}`,
    /** Connections that are open now. */
    sockets: server.sockets,
    /** Calls of chats, by behaviour. */
    called: (name: string): number =>
      [...calls].reduce((sum, [key, count]) => sum + (key.startsWith(`${name} `) ? count : 0), 0),
    close: server.stop,
  };
}

function tell(path: string, res: ServerResponse): void {
  const found = DIALECTS.map((dialect) => dialect.inventory(MODELS)[path]).find((body) => body !== undefined);
  sendJson(res, found ?? { error: 'not found' }, found ? 200 : 404);
}

type Parts = { dialect: Dialect; req: IncomingMessage; res: ServerResponse; model: string; nth: number };

function toCall({ dialect, req, res, model, nth }: Parts): EvilCall {
  const head = (headers: Record<string, string> = {}) =>
    void res.writeHead(200, { 'content-type': dialect.streamType, ...headers });
  return {
    dialect,
    model,
    nth,
    req,
    res,
    head,
    answer() {
      head();
      res.end(dialect.text(model, RIGHT) + dialect.end(model));
    },
    every(ms, work) {
      const timer = setInterval(work, ms);
      req.socket.once('close', () => clearInterval(timer));
      res.once('finish', () => clearInterval(timer));
    },
    flood(next) {
      const more = () => {
        while (!req.socket.destroyed) {
          const bytes = next();
          if (bytes === undefined) return void res.end();
          if (!res.write(bytes)) return;
        }
      };
      res.on('drain', more);
      more();
    },
  };
}
