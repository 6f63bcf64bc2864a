import { z } from 'zod';
import { count } from '../wire/shapes.ts';

/** Mistral sends the parts of a thinking model's text apart. */
const part = z.object({ type: z.string().nullish(), text: z.string().nullish() });

const toolPiece = z.object({
  index: z.number().int().nonnegative().nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});
export type ToolPiece = z.infer<typeof toolPiece>;

const choice = z.object({
  delta: z
    .object({
      content: z.union([z.string(), z.array(part).max(1000)]).nullish(),
      refusal: z.string().nullish(),
      tool_calls: z.array(toolPiece).max(1000).nullish(),
    })
    .nullish(),
  finish_reason: z.string().nullish(),
});
export type Choice = z.infer<typeof choice>;

const tokens = z.object({ prompt_tokens: count, completion_tokens: count });

/** One event of a streamed chat completion. Thoughts are not read: they are not the answer. */
export const chunk = z.object({
  error: z.unknown().optional(),
  model: z.string().nullish(),
  choices: z.array(choice).max(1000).nullish(),
  usage: tokens.nullish().catch(null),
});
