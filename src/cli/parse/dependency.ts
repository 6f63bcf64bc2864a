import { InvalidArgumentError } from 'commander';

const POLICIES = ['fail', 'skip', 'run'] as const;
export type DependencyWish = { task: string; policy?: (typeof POLICIES)[number] };

/** `ID` or `ID:POLICY`; several by repetition or with commas. */
export const parseDependencies = (text: string, before: DependencyWish[] = []): DependencyWish[] => [
  ...before,
  ...text.split(',').map(toDependency),
];

function toDependency(text: string): DependencyWish {
  const [task, policy, ...rest] = text.trim().split(':');
  const known = POLICIES.find((one) => one === policy);
  if (!task || rest.length || (policy !== undefined && !known)) {
    throw new InvalidArgumentError(`Expected the id of a task, or ID:POLICY with ${POLICIES.join(', ')}.`);
  }
  return { task, ...(known && { policy: known }) };
}
