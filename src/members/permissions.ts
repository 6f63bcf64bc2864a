import type { Actor } from './actor.ts';
import type { Role } from './schema.ts';

const READ = [
  'task.read',
  'project.read',
  'agent.read',
  'runner.read',
  'event.read',
  'question.read',
  'alert.read',
] as const;
const WORK = ['task.submit', 'task.cancel', 'question.answer', 'agent.add'] as const;
const MANAGE = [
  'project.create',
  'project.manage',
  'key.manage',
  'agent.manage',
  'runner.manage',
  'task.approve',
  'alert.manage',
] as const;

/** What a route may ask for. */
export type Permission =
  | (typeof READ)[number]
  | (typeof WORK)[number]
  | (typeof MANAGE)[number]
  | 'runner.session'
  | 'attempt.report'
  | 'attempt.self';

/** What each role of a key may do. */
const ROLE_PERMISSIONS = {
  viewer: READ,
  developer: [...READ, ...WORK],
  admin: [...READ, ...WORK, ...MANAGE],
} as const satisfies Record<Role, readonly Permission[]>;

const RUNNER_PERMISSIONS: readonly Permission[] = ['runner.session', 'attempt.report'];
const ATTEMPT_PERMISSIONS: readonly Permission[] = ['attempt.self'];

/** Not for a key that is bound to one project, whatever its role. */
const ALL_PROJECTS_ONLY: readonly Permission[] = ['project.create'];

/** What the actor may do, in its own project or in all. */
function permissionsOf(actor: Actor): readonly Permission[] {
  if (actor.kind === 'runner') return RUNNER_PERMISSIONS;
  if (actor.kind === 'attempt') return ATTEMPT_PERMISSIONS;
  return ROLE_PERMISSIONS[actor.role];
}

/** Whether the actor has the permission; which project it is for is asked with `seesProject` and `ownsProject`. */
export const allows = (actor: Actor, permission: Permission): boolean =>
  permissionsOf(actor).includes(permission) && !(actor.project_id !== null && ALL_PROJECTS_ONLY.includes(permission));

/** Who could do it, for the sentence that refuses: `a key with the role developer or admin`. */
export function whoMay(permission: Permission): string {
  if (RUNNER_PERMISSIONS.includes(permission)) return 'a runner';
  if (ATTEMPT_PERMISSIONS.includes(permission)) return 'a running attempt';
  const roles = Object.entries(ROLE_PERMISSIONS).filter(([, allowed]) =>
    (allowed as readonly Permission[]).includes(permission),
  );
  const scope = ALL_PROJECTS_ONLY.includes(permission) ? ' for all projects' : '';
  return `a key with the role ${roles.map(([role]) => role).join(' or ')}${scope}`;
}
