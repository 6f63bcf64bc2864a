import type { Egress } from '../../../lib/egress/egress.ts';
import { EgressError } from '../../../lib/egress/egress-error.ts';
import type { ChatAnswer, ChatRequest, Endpoint } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { ask } from '../wire/ask.ts';
import { type AnswerCollector, collectAnswer } from '../wire/collect-answer.ts';
import { errorIn } from '../wire/error-in.ts';
import { parseJson } from '../wire/parse-json.ts';
import { quote } from '../wire/quote.ts';
import { serverFailure } from '../wire/server-failure.ts';
import { STREAM_LIMITS } from '../wire/stream-limits.ts';
import { chatBody } from './chat-body.ts';
import { type Choice, chunk } from './chunk.ts';
import { collectToolCalls } from './collect-tool-calls.ts';
import { readEvents } from './read-events.ts';
import { refuseOtherModel } from './refuse-other-model.ts';

/** What the stream told so far. */
type Progress = {
  collector: AnswerCollector;
  toolCalls: ReturnType<typeof collectToolCalls>;
  areToolsOffered: boolean;
  model: string | null;
};

/** POST /chat/completions: server-sent events, the end of which a finish_reason or [DONE] marks. */
export async function chat(
  egress: Egress,
  endpoint: Endpoint,
  request: ChatRequest,
  onText: (piece: string) => void,
  signal: AbortSignal,
): Promise<ChatAnswer> {
  const question = { path: '/chat/completions', body: chatBody(endpoint, request), accepts: /event-stream/i };
  const { body } = await ask(egress, endpoint, { ...question, limits: STREAM_LIMITS, signal });
  const progress: Progress = {
    collector: collectAnswer(request, onText),
    toolCalls: collectToolCalls(),
    areToolsOffered: Boolean(request.tools?.length),
    model: null,
  };
  await readEvents(body, (data) => take(data, progress)).catch((error) => forgive(error, progress, signal));
  if (!progress.collector.isFinished()) {
    throw new ProviderError('transport', 'The answer ended without its end marker ([DONE] or a finish_reason).');
  }
  for (const call of progress.toolCalls.calls()) progress.collector.call(call);
  await refuseOtherModel(egress, endpoint, request.model, progress.model, signal);
  return progress.collector.answer();
}

function take(data: string, progress: Progress): 'more' | 'stop' {
  const { collector } = progress;
  if (data.trim() === '[DONE]') {
    if (!collector.isFinished()) collector.finish('');
    return 'stop';
  }
  const { error, model, choices, usage } = parseJson(data, chunk);
  if (error !== undefined && error !== null) throw errorIn(data);
  if (!choices && !usage) throw serverFailure({ status: null, text: data }) ?? noAnswer(data);
  if (model) progress.model ??= model;
  if (choices?.[0]) takeChoice(choices[0], progress);
  if (usage) {
    collector.usage({ input_tokens: usage.prompt_tokens ?? null, output_tokens: usage.completion_tokens ?? null });
  }
  return 'more';
}

function takeChoice({ delta, finish_reason }: Choice, { collector, toolCalls, areToolsOffered }: Progress): void {
  const content = delta?.content;
  if (typeof content === 'string') collector.text(content);
  else for (const { type, text } of content ?? []) if (type === 'text' && text) collector.text(text);
  if (delta?.refusal) collector.text(delta.refusal);
  for (const piece of delta?.tool_calls ?? []) {
    if (!areToolsOffered) throw new ProviderError('protocol', 'The server calls a tool, but none was offered.');
    toolCalls.add(piece);
  }
  if (finish_reason) collector.finish(finish_reason);
}

/** After the finish_reason nothing is missing but the token counts. */
function forgive(error: unknown, { collector }: Progress, signal: AbortSignal): void {
  const isLate = collector.isFinished() && error instanceof EgressError && !signal.aborted;
  if (!isLate) throw error;
}

const noAnswer = (data: string): ProviderError =>
  new ProviderError('protocol', `The server sent what is no answer: ${quote(data)}`);
