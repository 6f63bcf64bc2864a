import { z } from 'zod';
import { AttemptFailure } from '../../attempt-failure.ts';

const text = z.string().nullish().catch(undefined);
const flag = z
  .unknown()
  .optional()
  .transform((value) => value !== undefined && value !== null && value !== false);
const args = z.array(z.string()).optional().catch(undefined);

export const authMethod = z.object({
  id: z.string().catch(''),
  name: z.string().catch(''),
  description: text,
  type: text,
  args,
  _meta: z.object({ type: text, args }).optional().catch(undefined),
});

/** What an agent answers to `initialize`, as far as it matters here. */
export const initialized = z.object({
  protocolVersion: z.number(),
  authMethods: z.array(authMethod).nullish().catch(undefined),
  agentInfo: z.object({ name: z.string(), version: z.string() }).nullish().catch(undefined),
  agentCapabilities: z
    .object({
      loadSession: flag,
      sessionCapabilities: z.object({ resume: flag }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

const modes = z
  .object({ currentModeId: z.string(), availableModes: z.array(z.object({ id: z.string() })) })
  .nullish()
  .catch(undefined);
const configOption = z.object({
  id: z.string(),
  category: text,
  currentValue: z.unknown(),
  options: z
    .array(z.looseObject({ value: z.string().optional() }))
    .optional()
    .catch(undefined),
});
const settings = { modes, configOptions: z.array(configOption).nullish().catch(undefined) };

/** What it answers to `session/new`. */
export const newSession = z.object({ sessionId: z.string().min(1).max(1_000), ...settings });
/** And to `session/load` and `session/resume`. */
export const oldSession = z.object(settings).nullish();

const count = z.number().nullish().catch(undefined);
/** What it answers to `session/prompt`. */
export const promptAnswer = z.object({
  stopReason: z.string().max(100),
  usage: z
    .object({ inputTokens: count, outputTokens: count, cachedReadTokens: count, thoughtTokens: count })
    .nullish()
    .catch(undefined),
});

/** Reads an answer. Throws AttemptFailure agent_error when it is not one. */
export function readAnswer<T extends z.ZodType>(shape: T, answer: unknown, method: string): z.output<T> {
  const read = shape.safeParse(answer);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const what = `${issue?.path.join('.') || 'it'}: ${issue?.message}`;
  throw new AttemptFailure('agent_error', `The agent's answer to ${method} is not usable: ${what}`, false);
}
