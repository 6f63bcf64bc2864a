import type { Needs, SubmitTask } from './schema.ts';

/**
 * What a task needs of its agent beside what it says: `machine` when it has a workspace, which only a runner can give it;
 * `model` when it has a `call`, which only a model server understands; null when either may do it.
 */
export type FullNeeds = Needs & { place?: 'machine' | 'model' };

/** The needs of a task as its agents are matched against them. Texts to embed need a model that can. */
export function fullNeeds({ needs, workspace, call }: Asked): FullNeeds {
  if (workspace.kind !== 'none') return { ...needs, place: 'machine' };
  if (!call) return needs;
  const capabilities = call.embed ? [...new Set([...needs.capabilities, 'embedding'])] : needs.capabilities;
  return { ...needs, capabilities, place: 'model' };
}

type Asked = Pick<SubmitTask, 'needs' | 'workspace'> & { call?: SubmitTask['call'] | null };
