import { z } from 'zod';
import { fewFields } from '../lib/schema.ts';
import { modelInfo } from './push/schema.ts';

/** Kinds that a runner starts on its machine. */
const PULL_KINDS = ['command', 'acp'] as const;
/** Kinds that a replica calls: model servers. */
const PUSH_KINDS = ['ollama', 'openai'] as const;
const pullKind = z.enum(PULL_KINDS);
const pushKind = z.enum(PUSH_KINDS);
export type PushKind = z.infer<typeof pushKind>;
export const agentKind = z.enum([...PULL_KINDS, ...PUSH_KINDS]);

export const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}$/, 'expected a word: letters, digits and . _ : / @ + -, at most 100');

/** Labels: at most 50 pairs; keys are words, values at most 200 characters. */
export const labels = fewFields(z.record(word, z.string().max(200)), 50, 'at most 50 labels');

/** What a runner says of one agent on its machine. */
export const agentDeclaration = z.strictObject({
  name: word,
  kind: pullKind,
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
  account: word
    .nullable()
    .default(null)
    .describe('the account of a provider that it works on: agents of one account share its limits'),
});
export type AgentDeclaration = z.infer<typeof agentDeclaration>;

const price = z.number().min(0).max(1_000_000);

/** What a model costs. */
const modelPrice = z
  .strictObject({
    input_per_million: price.describe('a million tokens of the prompt'),
    output_per_million: price.describe('a million tokens of the answer'),
    currency: z.literal('USD').default('USD'),
  })
  .meta({ id: 'ModelPrice' });

/** By the model's name; a model that is not named costs nothing that WHOOSH knows of. */
const prices = fewFields(z.record(z.string().min(1).max(200), modelPrice), 200, 'at most 200 prices');
export type Prices = z.infer<typeof prices>;

const url = z.string().min(1).max(2048).describe('http(s), without credentials, such as http://192.168.1.20:11434');
const key = z
  .string()
  .max(10_000)
  .regex(/^[\x21-\x7e]+$/, 'expected visible ASCII characters without a space')
  .describe('sent as `Authorization: Bearer`; stored sealed and never shown again');
/** Else it would be taken for `runner/agent`, or for another agent, by who names that. */
const serverName = word.refine(
  (name) => !name.includes('/') && !z.guid().safeParse(name).success,
  'expected a name without / that is no id',
);
const ownCapabilities = z
  .array(word)
  .max(100)
  .describe('words of yours beside what its models bring; vision, tools and thinking count for each that can chat');
const maxConcurrent = z.number().int().min(1).max(1000).describe('calls at once');

/** Adds a model server. It is pending until somebody approves it: nothing is contacted before. */
export const addAgent = z
  .strictObject({
    kind: pushKind,
    name: serverName,
    url,
    project: z
      .string()
      .max(100)
      .optional()
      .describe('slug or id: it serves this project only; default: the project of the key, else every project'),
    key: key.optional(),
    capabilities: ownCapabilities.default([]),
    labels: labels.default({}),
    max_concurrent: maxConcurrent.optional().describe('calls at once; default: 1 for ollama, 4 for openai'),
    prices: prices.default({}),
  })
  .meta({ id: 'AddAgent' });
export type AddAgent = z.infer<typeof addAgent>;

/** Of an approval: what it is for. */
export const approveQuery = z.strictObject({
  url: url.optional().describe('the address that you saw: when it has another one by now, nothing is approved'),
});

/** Changes a model server. Another `url` takes another approval, and the key is forgotten unless it is given again. */
export const changeAgent = z
  .strictObject({
    name: serverName.optional(),
    url: url.optional(),
    key: key.nullable().optional().describe('null: none'),
    capabilities: ownCapabilities.optional(),
    labels: labels.optional(),
    max_concurrent: maxConcurrent.optional(),
    prices: prices.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'name at least one field to change')
  .meta({ id: 'ChangeAgent' });
export type ChangeAgent = z.infer<typeof changeAgent>;

/**
 * pending: not approved yet, so nothing was contacted. degraded: takes work, but its last probe or call failed. parked: the
 * account it works on has used up its limit.
 */
const AGENT_STATUSES = ['pending', 'online', 'degraded', 'offline', 'draining', 'not_ready', 'parked'] as const;

export const agentView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: agentKind,
    project_id: z.uuid().nullable().describe('null: serves every project'),
    runner_id: z.uuid().nullable(),
    runner: z.string().nullable().describe("the runner's name; null for a model server"),
    capabilities: z.array(z.string()),
    models: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
    max_concurrent: z.number().int(),
    used: z.number().int().describe('slots taken by live leases'),
    status: z.enum(AGENT_STATUSES),
    not_ready_reason: z.string().nullable(),
    account: z.string().nullable(),
    parked_until: z
      .string()
      .nullable()
      .describe('when the limit of its account is lifted; null when it is not reached'),
    parked_reason: z.string().nullable(),
    url: z.string().nullable().describe('of a model server'),
    has_key: z.boolean().describe('a model server is called with a key; which one is never shown'),
    version: z.string().nullable().describe('of a model server, as it tells'),
    prices: z.record(z.string(), modelPrice).describe('of a model server, by model'),
    inventory: z.array(modelInfo).describe('of a model server: the models it has'),
    breaker_open: z
      .boolean()
      .describe('too many calls in a row failed to connect: it gets no work until it answers a probe'),
    problem: z.string().nullable().describe('of a model server: what went wrong when it was called last'),
    last_seen_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: 'Agent' });
export type AgentView = z.infer<typeof agentView>;

/** How lists, `why` and messages name an agent: `runner/agent`; a model server, which has no runner, by its name alone. */
export const fullName = ({ runner, name }: Pick<AgentView, 'runner' | 'name'>): string =>
  runner === null ? name : `${runner}/${name}`;
