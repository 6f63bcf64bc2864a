import type { AgentView } from '../agents/schema.ts';
import type { LabelRule, Needs, VERDICTS } from './schema.ts';

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
>;

type Rule = (agent: AgentFacts, needs: Needs) => string | null;

/** The first rule that gives a sentence decides. First what the agent is, then what it is doing this moment. */
const RULES: [Exclude<Verdict, 'eligible'>, Rule][] = [
  ['kind_mismatch', (a, n) => (n.kind && n.kind !== a.kind ? `is of kind ${a.kind}, not ${n.kind}` : null)],
  ['pinned_elsewhere', pinnedElsewhere],
  ['capability_missing', capabilityMissing],
  ['model_missing', (a, n) => (n.model && !a.models.includes(n.model) ? `does not offer the model ${n.model}` : null)],
  ['label_mismatch', labelMismatch],
  [
    'too_few_slots',
    (a, n) => (n.slots > a.max_concurrent ? `has ${a.max_concurrent} slots, the task takes ${n.slots}` : null),
  ],
  [
    'offline',
    (a) =>
      a.status === 'offline' ? `is offline: its runner ${a.runner} was last seen ${a.last_seen_at ?? 'never'}` : null,
  ],
  ['draining', (a) => (a.status === 'draining' ? 'takes no new work until it is resumed' : null)],
  [
    'not_ready',
    (a) => (a.status === 'not_ready' ? `is not ready: ${a.not_ready_reason ?? 'its runner cannot start it'}` : null),
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
export function matchAgent(agent: AgentFacts, needs: Needs): { verdict: Verdict; detail: string } {
  for (const [verdict, rule] of RULES) {
    const detail = rule(agent, needs);
    if (detail !== null) return { verdict, detail };
  }
  return { verdict: 'eligible', detail: 'can take it now' };
}

/** The agent as it would be with nothing to do: matching it tells whether it could ever do the task. */
export const atItsBest = (agent: AgentFacts): AgentFacts => ({ ...agent, status: 'online', used: 0 });

function pinnedElsewhere(agent: AgentFacts, needs: Needs): string | null {
  if (needs.agent && needs.agent !== agent.id && needs.agent !== agent.name)
    return `the task is pinned to agent ${needs.agent}`;
  if (needs.runner && needs.runner !== agent.runner_id && needs.runner !== agent.runner)
    return `the task is pinned to runner ${needs.runner}`;
  return null;
}

function capabilityMissing(agent: AgentFacts, needs: Needs): string | null {
  const missing = needs.capabilities.filter((capability) => !agent.capabilities.includes(capability));
  return missing.length ? `lacks ${missing.join(', ')}` : null;
}

function labelMismatch(agent: AgentFacts, needs: Needs): string | null {
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
