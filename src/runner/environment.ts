import type { AgentConfig } from './agents-schema.ts';

/** What every command gets from the runner's environment when it is set there; more by `pass_env` in agents.yaml. */
export const PASSED_BY_DEFAULT = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'TMPDIR',
] as const;

const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

/**
 * The environment of an agent's command without the WHOOSH_ variables: an allow-list, so that the runner's own
 * credentials and whatever else its shell exported stay out. `env` of agents.yaml wins over what is passed on.
 */
export function agentEnvironment(
  agent: AgentConfig,
  own: NodeJS.ProcessEnv,
): Record<string, string> & { PATH: string } {
  const passed: Record<string, string> = {};
  for (const name of [...PASSED_BY_DEFAULT, ...agent.pass_env]) {
    const value = own[name];
    if (value !== undefined) passed[name] = value;
  }
  return { PATH: USUAL_PATH, ...passed, ...agent.env };
}
