import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../../support/chance.ts';
import { DIALECTS, type Dialect } from '../../support/model-servers/dialects.ts';
import { sendJson } from '../../support/model-servers/send-json.ts';
import { wildServer } from '../../support/model-servers/wild-server.ts';
import type { Ledger } from '../ledger.ts';
import { openToxicProxy } from '../toxic-proxy.ts';
import type { ToxicProxy } from './replica.ts';

/** One call of a chat. */
type AgentCall = {
  /** Of the submission: what the prompt says. */
  key: string;
  /** Number of the execution in the ledger. */
  execution: number;
  model: string;
  dialect: Dialect;
  req: IncomingMessage;
  res: ServerResponse;
  /** The whole good answer: key and execution. */
  answer(): void;
};

/** What a model server does with a call of a chat; by default it answers after some work. */
export type AgentBehaviour = (call: AgentCall) => void | Promise<void>;

/** A model server in the harness, behind a proxy. */
export type FleetAgent = {
  name: string;
  kind: Dialect['kind'];
  dialect: Dialect;
  /** As WHOOSH knows it: through the proxy. */
  url: string;
  proxy: ToxicProxy;
  /** Replaced by a fault, and set back by `wellBehaved`. */
  behaviour: AgentBehaviour;
  wellBehaved: AgentBehaviour;
  /** When set, takes every request, inventories included. */
  wild: ((req: IncomingMessage, res: ServerResponse, body: string) => void) | undefined;
  /** Calls under way. */
  readonly busy: number;
  close(): Promise<void>;
};

type Options = { name: string; kind: Dialect['kind']; chance: Chance; ledger: () => Ledger };

/** Starts a model server with one model. */
export async function openAgent({ name, kind, chance, ledger }: Options): Promise<FleetAgent> {
  const dialect = DIALECTS.find((one) => one.kind === kind)!;
  let busy = 0;
  const wellBehaved: AgentBehaviour = async (call) => {
    await pause(20 + 130 * chance.next());
    call.answer();
  };
  const chat = async (req: IncomingMessage, res: ServerResponse, text: string) => {
    const { model, messages } = JSON.parse(text) as { model: string; messages: { content: string }[] };
    const key = messages.at(-1)!.content;
    const { number } = ledger().began(key, name);
    const answer = () => {
      res.writeHead(200, { 'content-type': dialect.streamType });
      res.end(dialect.text(model, `${key}#${number}`) + dialect.end(model));
    };
    busy++;
    res.once('close', () => busy--);
    await agent.behaviour({ key, execution: number, model, dialect, req, res, answer });
  };
  const server = await wildServer((req, res, body) => {
    if (agent.wild) return agent.wild(req, res, body);
    if (req.url === dialect.chatPath) return void chat(req, res, body);
    const found = dialect.inventory(['model-a'])[req.url!];
    sendJson(res, found ?? { error: 'not found' }, found ? 200 : 404);
  });
  const proxy = await openToxicProxy(server.port, chance.next);
  const agent: FleetAgent = {
    name,
    kind,
    dialect,
    url: `http://127.0.0.1:${proxy.port}`,
    proxy,
    behaviour: wellBehaved,
    wellBehaved,
    wild: undefined,
    get busy() {
      return busy;
    },
    async close() {
      await proxy.close();
      await server.stop();
    },
  };
  return agent;
}
