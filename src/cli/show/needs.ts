import type { Task } from '../../client/task-calls.ts';

type Rule = Task['needs']['labels'][number];

/** What a task needs, in one line: `shell, git; model qwen3; os = linux; 2 slots`. */
export function showNeeds({ capabilities, model, kind, labels, agent, runner, slots }: Task['needs']): string {
  const parts = [
    capabilities.join(', '),
    model && `model ${model}`,
    kind && `kind ${kind}`,
    ...labels.map(showRule),
    agent && `agent ${agent}`,
    runner && `runner ${runner}`,
    slots > 1 && `${slots} slots`,
  ];
  return parts.filter(Boolean).join('; ') || 'any agent';
}

function showRule(rule: Rule): string {
  if (rule.op === 'exists') return rule.key;
  return rule.op === 'in' ? `${rule.key} in ${rule.values.join(',')}` : `${rule.key} ${rule.op} ${rule.value}`;
}
