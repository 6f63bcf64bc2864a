import type { AgentView } from '../agents/schema.ts';
import type { FullNeeds } from './full-needs.ts';
import type { LabelRule, VERDICTS } from './schema.ts';
import { suitableModels } from './suitable-models.ts';

export type Verdict = (typeof VERDICTS)[number];

/** What matching looks at. `status` and `used` are the moment's; everything else is what the agent is. */
export type AgentFacts = Pick<
  AgentView,
  | 'id'
  | 'name'
  | 'kind'
  | 'runner_id'
  | 'runner'
  | 'capabilities'
  | 'models'
  | 'labels'
  | 'max_concurrent'
  | 'used'
  | 'status'
  | 'not_ready_reason'
  | 'last_seen_at'
  | 'inventory'
  | 'breaker_open'
  | 'problem'
  | 'parked_until'
  | 'parked_reason'
>;

type Rule = (agent: AgentFacts, needs: FullNeeds) => string | null;

/** The first rule that gives a sentence decides. First what the agent is, then what it is doing this moment. */
const RULES: [Exclude<Verdict, 'eligible'>, Rule][] = [
  ['kind_mismatch', kindMismatch],
  ['pinned_elsewhere', pinnedElsewhere],
  // Before what it offers, of which nothing is known.
  ['not_approved', (a) => (a.status === 'pending' ? 'was not approved yet, so nobody knows what it can do' : null)],
  ['capability_missing', capabilityMissing],
  ['model_missing', (a, n) => (n.model && !a.models.includes(n.model) ? `does not offer the model ${n.model}` : null)],
  ['model_unsuitable', modelUnsuitable],
  ['label_mismatch', labelMismatch],
  [
    'too_few_slots',
    (a, n) => (n.slots > a.max_concurrent ? `has ${a.max_concurrent} slots, the task takes ${n.slots}` : null),
  ],
  ['offline', (a) => (a.status === 'offline' ? offlineSince(a) : null)],
  [
    'breaker_open',
    (a) => (a.breaker_open ? `gets no work until it answers again: ${a.problem ?? 'its connections failed'}` : null),
  ],
  ['draining', (a) => (a.status === 'draining' ? 'takes no new work until it is resumed' : null)],
  [
    'not_ready',
    (a) => (a.status === 'not_ready' ? `is not ready: ${a.not_ready_reason ?? 'its runner cannot start it'}` : null),
  ],
  [
    'account_parked',
    (a) =>
      a.parked_until === null
        ? null
        : `waits until ${a.parked_until} for its account: ${a.parked_reason ?? 'its limit'}`,
  ],
  [
    'no_free_slot',
    (a, n) => (a.used + n.slots > a.max_concurrent ? `has ${a.used} of ${a.max_concurrent} slots in use` : null),
  ],
];

/**
 * Whether the agent may have a task with these needs now, and if not, the first reason and a sentence about it.
 * The only place where needs are compared with agents: claiming, refusing the unsatisfiable, and `why` all ask it.
 */
export function matchAgent(agent: AgentFacts, needs: FullNeeds): { verdict: Verdict; detail: string } {
  for (const [verdict, rule] of RULES) {
    const detail = rule(agent, needs);
    if (detail !== null) return { verdict, detail };
  }
  return { verdict: 'eligible', detail: 'can take it now' };
}

/** The agent as it would be with nothing to do: matching it tells whether it could ever do the task. */
export const atItsBest = (agent: AgentFacts): AgentFacts => ({
  ...agent,
  status: agent.status === 'pending' ? 'pending' : 'online',
  used: 0,
  breaker_open: false,
  parked_until: null,
});

function kindMismatch(agent: AgentFacts, { kind, place }: FullNeeds): string | null {
  if (kind && kind !== agent.kind) return `is of kind ${agent.kind}, not ${kind}`;
  const isModelServer = agent.runner_id === null;
  if (place === 'machine' && isModelServer) return 'is a model server: it has no place for a workspace';
  return place === 'model' && !isModelServer ? 'is no model server, and the task is a call of a model' : null;
}

function modelUnsuitable(agent: AgentFacts, needs: FullNeeds): string | null {
  if (agent.runner_id !== null || suitableModels(agent, needs).length) return null;
  const wanted = [...needs.capabilities, needs.min_context_length && `a context of ${needs.min_context_length}`];
  return `has no single model with ${wanted.filter(Boolean).join(', ') || 'anything to call'}`;
}

function offlineSince({ runner, last_seen_at, problem }: AgentFacts): string {
  if (runner !== null) return `is offline: its runner ${runner} was last seen ${last_seen_at ?? 'never'}`;
  return `is offline: it last answered ${last_seen_at ?? 'never'}${problem ? `; ${problem}` : ''}`;
}

/** An id is nobody's name: who names his agent like the id of another one must not be given what is meant for that. */
const IS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isNamed = (pin: string, name: string | null): boolean => pin === name && !IS_ID.test(pin);

function pinnedElsewhere(agent: AgentFacts, needs: FullNeeds): string | null {
  if (needs.agent && needs.agent !== agent.id && !isNamed(needs.agent, agent.name))
    return `is not agent ${needs.agent}, to which the task is pinned`;
  if (needs.runner && needs.runner !== agent.runner_id && !isNamed(needs.runner, agent.runner))
    return `is not on runner ${needs.runner}, to which the task is pinned`;
  return null;
}

function capabilityMissing(agent: AgentFacts, needs: FullNeeds): string | null {
  const missing = needs.capabilities.filter((capability) => !agent.capabilities.includes(capability));
  return missing.length ? `lacks ${missing.join(', ')}` : null;
}

function labelMismatch(agent: AgentFacts, needs: FullNeeds): string | null {
  const broken = needs.labels.find((rule) => !labelHolds(rule, labelOf(agent, rule)));
  return broken
    ? `${describeRule(broken)} does not hold: ${broken.key} is ${labelOf(agent, broken) ?? 'not set'}`
    : null;
}

/** Every object has a `constructor`; a label of that name it has only when somebody gave it one. */
const labelOf = ({ labels }: AgentFacts, { key }: LabelRule): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined;

/** An absent label satisfies `!=`, as in Kubernetes selectors. */
function labelHolds(rule: LabelRule, actual: string | undefined): boolean {
  if (rule.op === 'exists') return actual !== undefined;
  if (rule.op === 'in') return actual !== undefined && rule.values.includes(actual);
  return rule.op === '=' ? actual === rule.value : actual !== rule.value;
}

function describeRule(rule: LabelRule): string {
  if (rule.op === 'exists') return `${rule.key} exists`;
  return rule.op === 'in' ? `${rule.key} in (${rule.values.join(', ')})` : `${rule.key} ${rule.op} ${rule.value}`;
}
