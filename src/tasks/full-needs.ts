import type { Needs, SubmitTask } from './schema.ts';

/**
 * What a task needs of its agent beside what it says: `machine` when it has a workspace, which only a runner can give it;
 * `model` when it has a `call`, which only a model server understands; null when either may do it.
 */
export type FullNeeds = Needs & { place?: 'machine' | 'model' };

/** The needs of a task as its agents are matched against them. */
export function fullNeeds({ needs, workspace, call }: Asked): FullNeeds {
  if (workspace.kind !== 'none') return { ...needs, place: 'machine' };
  return call ? { ...needs, place: 'model' } : needs;
}

type Asked = Pick<SubmitTask, 'needs' | 'workspace'> & { call?: SubmitTask['call'] | null };
