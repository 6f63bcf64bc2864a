import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import type { PushKind } from '../../../src/agents/schema.ts';
import { DIALECTS, type Dialect } from './dialects.ts';
import { sendJson } from './send-json.ts';
import { wildServer } from './wild-server.ts';

/** One call of a chat, which the test answers as it likes. */
export type Call = {
  model: string;
  body: ReturnType<typeof JSON.parse>;
  dialect: Dialect;
  res: ServerResponse;
  req: IncomingMessage;
  /** Sends a piece of the answer. */
  say(text: string): void;
  /** Sends the end marker. */
  end(): void;
  /** The whole answer. */
  answer(text: string): void;
  /** Refuses the call with a status. */
  refuse(status: number, sentence: string, headers?: Record<string, string>): void;
  /** The caller has gone. */
  isGone(): boolean;
};

type Settings = { kind?: PushKind; models?: string[]; onChat?: (call: Call) => void };

/** A model server of real HTTP; by default it says "Hello world". `calls` are the chats so far. */
export async function talkingServer({ kind = 'ollama', models = ['llama3.2:3b'], onChat }: Settings = {}) {
  const dialect = DIALECTS.find((one) => one.kind === kind)!;
  const calls: Call[] = [];
  const came = new EventEmitter();
  const state = { models, onChat: onChat ?? ((call: Call) => call.answer('Hello world')) };
  const server = await wildServer((req, res, text) => {
    const body = text ? JSON.parse(text) : {};
    if (req.url === dialect.embedPath) {
      const texts: string[] = body.input;
      return sendJson(
        res,
        dialect.embeddings(
          body.model,
          texts.map((_, at) => [at, 0.5]),
        ),
      );
    }
    if (req.url !== dialect.chatPath) return tell(dialect, state.models, req, res, body);
    const call = toCall(dialect, req, res, body);
    calls.push(call);
    came.emit('call');
    state.onChat(call);
  });
  onTestFinished(() => server.stop());
  /** The call number `index`, once it comes. */
  const callAt = async (index: number): Promise<Call> => {
    while (calls.length <= index) await once(came, 'call');
    return calls[index]!;
  };
  return Object.assign(state, {
    url: server.url,
    stop: server.stop,
    sockets: server.sockets,
    asked: server.asked,
    calls,
    callAt,
    dialect,
  });
}

function tell(dialect: Dialect, models: string[], req: IncomingMessage, res: ServerResponse, body: { model?: string }) {
  const found = dialect.inventory(models)[req.url!];
  if (req.url === '/api/show' && body.model?.includes('embed')) {
    return sendJson(res, { capabilities: ['embedding'], model_info: {} });
  }
  sendJson(res, found ?? { error: 'not found' }, found ? 200 : 404);
}

function toCall(dialect: Dialect, req: IncomingMessage, res: ServerResponse, body: Call['body']): Call {
  const { model } = body;
  const head = () => res.headersSent || res.writeHead(200, { 'content-type': dialect.streamType });
  const call: Call = {
    model,
    body,
    dialect,
    req,
    res,
    say(text) {
      head();
      res.write(dialect.text(model, text));
    },
    end() {
      head();
      res.end(dialect.end(model));
    },
    answer(text) {
      for (const piece of text.split(/(?<= )/)) call.say(piece);
      call.end();
    },
    refuse: (status, sentence, headers) => sendJson(res, { error: sentence }, status, headers),
    isGone: () => req.socket.destroyed,
  };
  return call;
}
