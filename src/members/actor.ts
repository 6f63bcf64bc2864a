import { AppError } from '../errors.ts';
import type { Role } from './schema.ts';

/** An API key of a person or program; `project_id` null: of every project. */
type KeyActor = { kind: 'key'; id: string; role: Role; project_id: string | null };
/** A runner; `project_id` null: it serves every project. */
export type RunnerActor = {
  kind: 'runner';
  runner_id: string;
  project_id: string | null;
  /** Its newest session when it was looked up, and the `performance.now()` of that. */
  session?: { holder_id: string | null; asked_at: number };
};
/** An attempt, for as long as it holds its lease. */
export type AttemptActor = { kind: 'attempt'; task_id: string; epoch: number; project_id: string };
/** Who makes a request. */
export type Actor = KeyActor | RunnerActor | AttemptActor;

/** How events name who did it: `key:<id>`, `runner:<id>`, `attempt:<task id>/<epoch>`. */
export function actorName(actor: Actor): string {
  if (actor.kind === 'key') return `key:${actor.id}`;
  if (actor.kind === 'runner') return `runner:${actor.runner_id}`;
  return `attempt:${actor.task_id}/${actor.epoch}`;
}

/**
 * Whether the actor may know of something that belongs to `projectId`; null is shared by all projects and visible to
 * all. Whoever may not is answered `not_found`, as if it did not exist.
 */
export const seesProject = (actor: Actor, projectId: string | null): boolean =>
  projectId === null || actor.project_id === null || actor.project_id === projectId;

/** Whether the actor may change it: what all projects share is changed only by a credential for all projects. */
export const ownsProject = (actor: Actor, projectId: string | null): boolean =>
  actor.project_id === null || actor.project_id === projectId;

/**
 * Refuses an actor that may not change what belongs to `projectId`: `not_found` when it may not even know of it,
 * `forbidden` when all projects share it. `thing` names it in the sentence.
 */
export function requireOwn(actor: Actor, projectId: string | null, thing: string): void {
  if (!seesProject(actor, projectId)) throw new AppError('not_found', `There is no ${thing}.`);
  if (ownsProject(actor, projectId)) return;
  throw new AppError('forbidden', `All projects share ${thing}: this takes a key that is for all projects.`);
}

/** The runner behind a request. `forbidden` for any other credential. */
export function requireRunner(actor: Actor): RunnerActor {
  if (actor.kind === 'runner') return actor;
  throw new AppError('forbidden', 'Only a runner may do this, with its whr_ credential.');
}

/** The attempt behind a request. `forbidden` for any other credential. */
export function requireAttempt(actor: Actor): AttemptActor {
  if (actor.kind === 'attempt') return actor;
  throw new AppError('forbidden', 'Only a running attempt may do this, with its wha_ token.');
}
