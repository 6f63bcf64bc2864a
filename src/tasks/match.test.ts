import { describe, expect, test } from 'vitest';
import type { ModelInfo } from '../agents/push/schema.ts';
import type { FullNeeds } from './full-needs.ts';
import { type AgentFacts, atItsBest, matchAgent, type Verdict } from './match.ts';
import { needs as needsSchema, VERDICTS } from './schema.ts';

const OTHER_ID = '33333333-3333-7333-8333-333333333333';
const AGENT: AgentFacts = {
  id: '11111111-1111-7111-8111-111111111111',
  name: 'shell',
  kind: 'command',
  runner_id: '22222222-2222-7222-8222-222222222222',
  runner: 'laptop',
  capabilities: ['git', 'shell'],
  models: ['qwen3:8b'],
  labels: { os: 'linux', zone: 'eu', empty: '' },
  max_concurrent: 4,
  used: 1,
  status: 'online',
  not_ready_reason: null,
  last_seen_at: '2026-01-01T00:00:00.000Z',
  inventory: [],
  breaker_open: false,
  problem: null,
  parked_until: null,
  parked_reason: null,
};

const model = (name: string, wish: Partial<ModelInfo>): ModelInfo => ({
  name,
  capabilities: ['chat'],
  size_bytes: null,
  parameters: null,
  quantisation: null,
  context_length: null,
  loaded: false,
  loaded_until: null,
  ...wish,
});

/** A model server with one model that sees and one that calls tools. */
const SERVER: Partial<AgentFacts> = {
  kind: 'ollama',
  runner_id: null,
  runner: null,
  capabilities: ['fast', 'chat', 'vision', 'tools'],
  models: ['eye', 'hand'],
  inventory: [
    model('eye', { capabilities: ['chat', 'vision'], context_length: 4096 }),
    model('hand', { capabilities: ['chat', 'tools'], context_length: 32_768 }),
  ],
};

type Row = [what: string, needs: object, agent: Partial<AgentFacts>, verdict: Verdict, detail: string];

const CAN = 'can take it now';
const label = (rule: object) => ({ labels: [rule] });

// biome-ignore format: a table is read by its columns
const ROWS: Row[] = [
  ['no needs', {}, {}, 'eligible', CAN],

  ['its own kind', { kind: 'command' }, {}, 'eligible', CAN],
  ['another kind', { kind: 'command' }, { kind: 'ollama' as 'command' }, 'kind_mismatch', 'is of kind ollama, not command'],

  ['a pin by its id', { agent: AGENT.id }, {}, 'eligible', CAN],
  ['a pin by its name', { agent: 'shell' }, {}, 'eligible', CAN],
  ['a pin to another agent', { agent: 'claude' }, {}, 'pinned_elsewhere', 'is not agent claude, to which the task is pinned'],
  ['a pin to its runner by id', { runner: AGENT.runner_id }, {}, 'eligible', CAN],
  ['a pin to its runner by name', { runner: 'laptop' }, {}, 'eligible', CAN],
  ['a pin to another runner', { runner: 'tower' }, {}, 'pinned_elsewhere', 'is not on runner tower, to which the task is pinned'],
  ['a pin to its name on another runner', { agent: 'shell', runner: 'tower' }, {}, 'pinned_elsewhere', 'is not on runner tower, to which the task is pinned'],
  ['a pin by an id that it has for a name', { agent: OTHER_ID }, { name: OTHER_ID }, 'pinned_elsewhere', `is not agent ${OTHER_ID}, to which the task is pinned`],
  ['a pin by an id that its runner has for a name', { runner: OTHER_ID }, { runner: OTHER_ID }, 'pinned_elsewhere', `is not on runner ${OTHER_ID}, to which the task is pinned`],
  ['a pin by the name in other letters', { agent: 'Shell' }, {}, 'pinned_elsewhere', 'is not agent Shell, to which the task is pinned'],

  ['capabilities that it has', { capabilities: ['shell', 'git'] }, {}, 'eligible', CAN],
  ['capabilities of which two are missing', { capabilities: ['gpu', 'git', 'web'] }, {}, 'capability_missing', 'lacks gpu, web'],
  ['a capability that is part of one of its own', { capabilities: ['sh'] }, {}, 'capability_missing', 'lacks sh'],

  ['its model', { model: 'qwen3:8b' }, {}, 'eligible', CAN],
  ['another model', { model: 'qwen3' }, {}, 'model_missing', 'does not offer the model qwen3'],

  ['a model that sees', { capabilities: ['chat', 'vision', 'fast'] }, SERVER, 'eligible', CAN],
  ['one model that sees and calls tools', { capabilities: ['vision', 'tools'] }, SERVER, 'model_unsuitable', 'has no single model with vision, tools'],
  ['a model with a long context', { min_context_length: 32_768 }, SERVER, 'eligible', CAN],
  ['a model with a longer context', { min_context_length: 32_769 }, SERVER, 'model_unsuitable', 'has no single model with a context of 32769'],
  ['the model that has too short a context', { model: 'eye', min_context_length: 5000 }, SERVER, 'model_unsuitable', 'has no single model with a context of 5000'],
  ['any model of a server that has none', {}, { ...SERVER, inventory: [] }, 'model_unsuitable', 'has no single model with anything to call'],
  ['a workspace of a model server', { place: 'machine' }, SERVER, 'kind_mismatch', 'is a model server: it has no place for a workspace'],
  ['a call of a model, of a command', { place: 'model' }, {}, 'kind_mismatch', 'is no model server, and the task is a call of a model'],

  ['a label equal', label({ key: 'os', op: '=', value: 'linux' }), {}, 'eligible', CAN],
  ['a label equal to another value', label({ key: 'os', op: '=', value: 'macos' }), {}, 'label_mismatch', 'os = macos does not hold: os is linux'],
  ['an absent label equal', label({ key: 'gpu', op: '=', value: 'a100' }), {}, 'label_mismatch', 'gpu = a100 does not hold: gpu is not set'],
  ['an absent label equal to nothing', label({ key: 'gpu', op: '=', value: '' }), {}, 'label_mismatch', 'gpu =  does not hold: gpu is not set'],
  ['an empty label equal to nothing', label({ key: 'empty', op: '=', value: '' }), {}, 'eligible', CAN],
  ['a label that differs', label({ key: 'os', op: '!=', value: 'macos' }), {}, 'eligible', CAN],
  ['a label that must differ', label({ key: 'os', op: '!=', value: 'linux' }), {}, 'label_mismatch', 'os != linux does not hold: os is linux'],
  ['an absent label that must differ', label({ key: 'gpu', op: '!=', value: 'a100' }), {}, 'eligible', CAN],
  ['a label among values', label({ key: 'zone', op: 'in', values: ['us', 'eu'] }), {}, 'eligible', CAN],
  ['a label not among values', label({ key: 'zone', op: 'in', values: ['us', 'ap'] }), {}, 'label_mismatch', 'zone in (us, ap) does not hold: zone is eu'],
  ['an absent label among values', label({ key: 'gpu', op: 'in', values: ['a100'] }), {}, 'label_mismatch', 'gpu in (a100) does not hold: gpu is not set'],
  ['a label that exists', label({ key: 'zone', op: 'exists' }), {}, 'eligible', CAN],
  ['an empty label that exists', label({ key: 'empty', op: 'exists' }), {}, 'eligible', CAN],
  ['an absent label that must exist', label({ key: 'gpu', op: 'exists' }), {}, 'label_mismatch', 'gpu exists does not hold: gpu is not set'],
  ['a label named like a part of every object', label({ key: 'constructor', op: 'exists' }), {}, 'label_mismatch', 'constructor exists does not hold: constructor is not set'],
  ['two rules of which the second breaks', { labels: [{ key: 'os', op: 'exists' }, { key: 'zone', op: '=', value: 'us' }] }, {}, 'label_mismatch', 'zone = us does not hold: zone is eu'],

  ['as many slots as it has', { slots: 4 }, { used: 0 }, 'eligible', CAN],
  ['more slots than it has', { slots: 5 }, { used: 0 }, 'too_few_slots', 'has 4 slots, the task takes 5'],
  ['as many slots as are free', { slots: 3 }, {}, 'eligible', CAN],
  ['more slots than are free', { slots: 4 }, {}, 'no_free_slot', 'has 1 of 4 slots in use'],
  ['one slot when all are taken', {}, { used: 4 }, 'no_free_slot', 'has 4 of 4 slots in use'],

  ['an agent whose runner is away', {}, { status: 'offline' }, 'offline', 'is offline: its runner laptop was last seen 2026-01-01T00:00:00.000Z'],
  ['an agent whose runner never came', {}, { status: 'offline', last_seen_at: null }, 'offline', 'is offline: its runner laptop was last seen never'],
  ['a model server that nobody approved', {}, { ...SERVER, status: 'pending' }, 'not_approved', 'was not approved yet, so nobody knows what it can do'],
  ['a model server that is away', {}, { ...SERVER, status: 'offline', problem: 'connection refused' }, 'offline', 'is offline: it last answered 2026-01-01T00:00:00.000Z; connection refused'],
  ['a model server whose calls fail', {}, { ...SERVER, breaker_open: true, problem: 'the socket closed' }, 'breaker_open', 'gets no work until it answers again: the socket closed'],
  ['an agent whose account is used up', {}, { status: 'parked', parked_until: '2026-01-01T05:00:00.000Z', parked_reason: 'usage limit reached' }, 'account_parked', 'waits until 2026-01-01T05:00:00.000Z for its account: usage limit reached'],
  ['an agent that drains', {}, { status: 'draining' }, 'draining', 'takes no new work until it is resumed'],
  ['an agent that cannot start', {}, { status: 'not_ready', not_ready_reason: 'claude is not logged in' }, 'not_ready', 'is not ready: claude is not logged in'],
  ['an agent that cannot start and does not say why', {}, { status: 'not_ready' }, 'not_ready', 'is not ready: its runner cannot start it'],
];

const match = (needs: object, agent: Partial<AgentFacts>) => matchAgent({ ...AGENT, ...agent }, toNeeds(needs));

function toNeeds({ place, ...needs }: { place?: FullNeeds['place'] }): FullNeeds {
  return { ...needsSchema.parse(needs), ...(place && { place }) };
}

describe('an agent is held against what a task needs [T1]', () => {
  test.each(ROWS)('%s', (_what, needs, agent, verdict, detail) => {
    expect(match(needs, agent)).toEqual({ verdict, detail });
  });

  test('the table has a row for every verdict', () => {
    expect([...new Set(ROWS.map(([, , , verdict]) => verdict))].sort()).toEqual([...VERDICTS].sort());
  });
});

/** What breaks each rule, in the order in which the rules are looked at. */
const BREAKS: [Verdict, { needs?: object; agent?: Partial<AgentFacts> }][] = [
  ['kind_mismatch', { needs: { kind: 'command' }, agent: { kind: 'ollama' as 'command' } }],
  ['pinned_elsewhere', { needs: { agent: 'claude' } }],
  ['capability_missing', { needs: { capabilities: ['gpu'] } }],
  ['model_missing', { needs: { model: 'gpt' } }],
  ['label_mismatch', { needs: label({ key: 'gpu', op: 'exists' }) }],
  ['too_few_slots', { needs: { slots: 9 } }],
  ['offline', { agent: { status: 'offline' } }],
  ['no_free_slot', { agent: { used: 4 } }],
];

test('of several reasons the first in the order of the verdicts is told, what the agent is before what it is doing', () => {
  const told = BREAKS.map((_, index) => {
    const rest = BREAKS.slice(index).map(([, one]) => one);
    const needs = Object.assign({}, ...rest.map((one) => one.needs));
    return match(needs, Object.assign({}, ...rest.map((one) => one.agent))).verdict;
  });
  expect(told).toEqual(BREAKS.map(([verdict]) => verdict));
  expect(told).toEqual(VERDICTS.filter((verdict) => told.includes(verdict)));
});

test('an agent at its best is online and idle, and still lacks what it lacks', () => {
  const busy: AgentFacts = { ...AGENT, status: 'draining', used: 4 };
  expect(matchAgent(atItsBest(busy), needsSchema.parse({}))).toEqual({ verdict: 'eligible', detail: CAN });
  const lacking = matchAgent(atItsBest(busy), needsSchema.parse({ capabilities: ['gpu'] }));
  expect(lacking).toEqual({ verdict: 'capability_missing', detail: 'lacks gpu' });
});
