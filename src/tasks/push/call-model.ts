import type { OpenedEndpoint } from '../../agents/push/open-endpoint.ts';
import type { ChatAnswer, ChatRequest, Provider } from '../../agents/push/provider.ts';
import type { JsonValue } from '../../lib/schema.ts';
import type { Grant } from '../attempt-schema.ts';
import { resultProblem } from '../result-schema.ts';
import { CallMeter, type Usage } from './call-meter.ts';
import { type ReadResult, readResult } from './read-result.ts';
import type { TokenLog } from './token-log.ts';

/** What came of it. `schema_checked`: the result was held against the task's schema already. */
export type Called = { usage: Usage } & ({ result: JsonValue; schema_checked: boolean } | { problem: string });

export type ModelCalling = {
  grant: Grant;
  provider: Provider;
  endpoint: OpenedEndpoint;
  log: TokenLog;
  signal: AbortSignal;
};
type Checked = ReadResult & { schema_checked?: true };

/** Asks the model, and once more with the errors when its JSON is bad and the task wants repairs. Rejects as Provider. */
export async function callModel(calling: ModelCalling, request: ChatRequest): Promise<Called> {
  const { grant, endpoint } = calling;
  const meter = new CallMeter();
  const told = { model: request.model };
  let answer = await chat(calling, request, meter);
  let read = await check(grant, answer);
  const repaired = 'problem' in read && grant.call?.repairs ? 1 : 0;
  if ('problem' in read && repaired) {
    calling.log.note(`The model is asked once more: ${read.problem}`);
    answer = await chat(calling, again(request, answer, read.problem), meter);
    read = readResult(grant, answer);
  }
  const usage = meter.usage({ ...told, finish_reason: answer.finish_reason, repaired }, endpoint.prices);
  return 'problem' in read ? { usage, problem: read.problem } : { schema_checked: false, ...read, usage };
}

/** Asks for embeddings. */
export async function callEmbed(calling: ModelCalling, model: string, texts: string[]): Promise<Called> {
  const { provider, endpoint, signal } = calling;
  const meter = new CallMeter();
  const { embeddings, ...tokens } = await provider.embed(endpoint, { model, texts }, signal);
  meter.add(tokens);
  return { result: { embeddings }, schema_checked: false, usage: meter.usage({ model }, endpoint.prices) };
}

async function chat(
  { provider, endpoint, log, signal }: ModelCalling,
  request: ChatRequest,
  meter: CallMeter,
): Promise<ChatAnswer> {
  const onText = (piece: string) => {
    meter.token();
    log.write(piece);
  };
  const answer = await provider.chat(endpoint, request, onText, signal);
  meter.add(answer);
  return answer;
}

/** The schema is looked at here only when the model may be asked again; else the report does it, once. */
async function check(grant: Grant, answer: ChatAnswer): Promise<Checked> {
  const read = readResult(grant, answer);
  if ('problem' in read || !grant.call?.repairs || grant.result_schema === null) return read;
  const problem = await resultProblem(grant.result_schema, read.result);
  return problem === null ? { ...read, schema_checked: true } : { problem };
}

function again(request: ChatRequest, answer: ChatAnswer, problem: string): ChatRequest {
  const content = `${problem}\nAnswer again, with nothing but the corrected JSON.`;
  return {
    ...request,
    messages: [...request.messages, { role: 'assistant', content: answer.text }, { role: 'user', content }],
  };
}
