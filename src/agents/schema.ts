import { z } from 'zod';
import { fewFields } from '../lib/schema.ts';

/** Kinds of agents that exist today. Pull kinds are started by a runner on its machine. */
const AGENT_KINDS = ['command'] as const;
export const agentKind = z.enum(AGENT_KINDS);

export const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}$/, 'expected a word: letters, digits and . _ : / @ + -, at most 100');

/** Labels: at most 50 pairs; keys are words, values at most 200 characters. */
export const labels = fewFields(z.record(word, z.string().max(200)), 50, 'at most 50 labels');

/** What a runner says of one agent on its machine. */
export const agentDeclaration = z.strictObject({
  name: word,
  kind: agentKind,
  capabilities: z.array(word).max(100).default([]),
  models: z.array(word).max(500).default([]),
  labels: labels.default({}),
  max_concurrent: z.number().int().min(1).max(1000).default(1).describe('slots'),
  not_ready_reason: z
    .string()
    .max(500)
    .nullable()
    .default(null)
    .describe('why it cannot be started now; null when it can'),
});
export type AgentDeclaration = z.infer<typeof agentDeclaration>;

const AGENT_STATUSES = ['online', 'offline', 'draining', 'not_ready'] as const;

export const agentView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: agentKind,
    project_id: z.uuid().nullable().describe('null: serves every project'),
    runner_id: z.uuid(),
    runner: z.string().describe("the runner's name"),
    capabilities: z.array(z.string()),
    models: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
    max_concurrent: z.number().int(),
    used: z.number().int().describe('slots taken by live leases'),
    status: z.enum(AGENT_STATUSES),
    not_ready_reason: z.string().nullable(),
    last_seen_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: 'Agent' });
export type AgentView = z.infer<typeof agentView>;
