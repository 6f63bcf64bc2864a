import type { ChatRequest } from '../../agents/push/provider.ts';
import type { ChatMessage } from '../../agents/push/schema.ts';
import type { Grant } from '../attempt-schema.ts';
import { type DependencyResult, lastWord } from './last-word.ts';

/**
 * What the model is sent: the system text, the messages, then the prompt as the user's last word, followed by what the
 * task goes on with (unless that is in the messages), its input, and the results of the tasks that it depends on.
 * undefined when there is neither a prompt nor a message.
 */
export function chatRequest(grant: Grant, model: string, results: DependencyResult[]): ChatRequest | undefined {
  const { prompt, call, continues, result_schema } = grant;
  const { system, messages = [], tools, parameters } = call ?? {};
  if (!prompt && !messages.length) return undefined;
  const last = lastWord(grant, results, call?.messages ? undefined : continues?.summary);
  return {
    model,
    messages: [...say('system', system), ...messages, ...say('user', last)],
    ...(tools?.length && { tools }),
    ...(parameters && { parameters }),
    ...(wantsJson(grant) && { json: { schema: result_schema } }),
  };
}

/** Whether the result is the JSON that the model writes. */
export const wantsJson = ({ call, result_schema }: Grant): boolean =>
  (call?.response_format ?? (result_schema === null ? 'text' : 'json')) === 'json';

const say = (role: ChatMessage['role'], content: string | undefined): ChatMessage[] =>
  content ? [{ role, content }] : [];
