import { z } from 'zod';
import type { Egress } from '../../../lib/egress/egress.ts';
import type { ChatAnswer, ChatRequest, Endpoint } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { ask } from '../wire/ask.ts';
import { type AnswerCollector, collectAnswer } from '../wire/collect-answer.ts';
import { errorIn } from '../wire/error-in.ts';
import { parseJson } from '../wire/parse-json.ts';
import { quote } from '../wire/quote.ts';
import { readLines } from '../wire/read-lines.ts';
import { count } from '../wire/shapes.ts';
import { STREAM_LIMITS } from '../wire/stream-limits.ts';
import { chatBody } from './chat-body.ts';
import { refuseOtherModel } from './refuse-other-model.ts';

const calledFunction = z.object({
  name: z.string(),
  arguments: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
});

const line = z.object({
  error: z.unknown().optional(),
  model: z.string().nullish(),
  message: z
    .object({
      content: z.string().nullish(),
      tool_calls: z
        .array(z.object({ id: z.string().nullish(), function: calledFunction }))
        .max(1000)
        .nullish(),
    })
    .nullish(),
  done: z.boolean().nullish(),
  done_reason: z.string().nullish(),
  prompt_eval_count: count,
  eval_count: count,
});

/** POST /api/chat: lines of JSON, the last of which has `done: true`. */
export async function chat(
  egress: Egress,
  endpoint: Endpoint,
  request: ChatRequest,
  onText: (piece: string) => void,
  signal: AbortSignal,
): Promise<ChatAnswer> {
  const body = chatBody(request);
  const question = { path: '/api/chat', body, accepts: /json/i };
  const answer = await ask(egress, endpoint, { ...question, limits: STREAM_LIMITS, signal });
  const collector = collectAnswer(request, onText);
  await readLines(answer.body, (text) => take(text, request.model, collector));
  if (collector.isFinished()) return collector.answer();
  throw new ProviderError('transport', 'The answer ended without its end marker (done: true).');
}

function take(text: string, model: string, collector: AnswerCollector): 'more' | 'stop' {
  const { message, ...rest } = parseJson(text, line);
  if (rest.error !== undefined && rest.error !== null) throw errorIn(text);
  refuseOtherModel(model, rest.model);
  if (!message && !rest.done) throw new ProviderError('protocol', `The server sent what is no answer: ${quote(text)}`);
  if (message?.content) collector.text(message.content);
  for (const { id, function: called } of message?.tool_calls ?? []) {
    collector.call({ id: id ?? '', name: called.name, arguments: toText(called.arguments) });
  }
  return rest.done ? end(rest, collector) : 'more';
}

const toText = (given: z.infer<typeof calledFunction>['arguments']): string =>
  typeof given === 'string' ? given : JSON.stringify(given ?? {});

/** Ollama loads (or drops) a model when it thinks that it was asked for no more, and says that it is done. */
const NO_ANSWER = /^(un)?load$/;

function end(rest: Omit<z.infer<typeof line>, 'message'>, collector: AnswerCollector): 'stop' {
  if (NO_ANSWER.test(rest.done_reason ?? ''))
    throw new ProviderError('protocol', `The server ${rest.done_reason}ed the model and did not answer.`);
  collector.finish(rest.done_reason || 'stop');
  collector.usage({ input_tokens: rest.prompt_eval_count ?? null, output_tokens: rest.eval_count ?? null });
  return 'stop';
}
