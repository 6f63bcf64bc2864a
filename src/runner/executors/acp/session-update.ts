import { z } from 'zod';

const content = z.looseObject({ type: z.string(), text: z.string().optional(), uri: z.string().optional() });
const chunk = { content, messageId: z.string().nullish().catch(undefined) };

const toolContent = z.union([
  z.object({ type: z.literal('content'), content }),
  z.object({ type: z.literal('diff'), path: z.string(), oldText: z.string().nullish(), newText: z.string() }),
  z.object({ type: z.literal('terminal'), terminalId: z.string() }),
]);
const location = z.object({ path: z.string(), line: z.number().nullish().catch(null) });

// What an agent gets wrong in a field that is only shown costs that field, not the whole update.
const shown = z.string().nullish().catch(undefined);
const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item.nullable().catch(null))
    .nullish()
    .catch(undefined)
    .transform((items) => items?.filter((one) => one !== null))
    .optional();

/** A tool call, all of it or what changed. */
export const toolCallUpdate = z.object({
  toolCallId: z.string(),
  title: shown,
  kind: shown,
  status: shown,
  content: listOf(toolContent),
  locations: listOf(location),
  rawInput: z.unknown().optional(),
});
export type ToolCallUpdate = z.infer<typeof toolCallUpdate>;
export type ToolCallContent = z.infer<typeof toolContent>;

const planEntry = z.object({
  content: z.string(),
  priority: z.string().catch('medium'),
  status: z.string().catch('pending'),
});

const update = z.discriminatedUnion('sessionUpdate', [
  z.object({ sessionUpdate: z.literal('agent_message_chunk'), ...chunk }),
  z.object({ sessionUpdate: z.literal('agent_thought_chunk'), ...chunk }),
  toolCallUpdate.extend({ sessionUpdate: z.literal('tool_call') }),
  toolCallUpdate.extend({ sessionUpdate: z.literal('tool_call_update') }),
  z.object({ sessionUpdate: z.literal('plan'), entries: listOf(planEntry) }),
  z.object({ sessionUpdate: z.literal('current_mode_update'), currentModeId: z.string() }),
  z.object({
    sessionUpdate: z.literal('usage_update'),
    used: z.number(),
    size: z.number(),
    cost: z
      .object({ amount: z.number(), currency: z.string().max(10) })
      .nullish()
      .catch(undefined),
  }),
]);
export type SessionUpdate = z.infer<typeof update>;

const notification = z.object({ update });

/** What a `session/update` says, as far as it is understood; undefined for kinds that are not known and for nonsense. */
export const readSessionUpdate = (params: unknown): SessionUpdate | undefined =>
  notification.safeParse(params).data?.update;
