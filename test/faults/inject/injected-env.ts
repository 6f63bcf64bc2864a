import type { PreloadPlan } from './failing-statements.ts';

type Injected = {
  /** Statements that fail, and how. */
  statements?: PreloadPlan;
  /** Milliseconds by which the clock of the process is ahead. */
  clock_ms?: number;
};

/** What to add to the environment of a Node process, such as a replica, so that this happens in it. */
export function injectedEnv({ statements, clock_ms }: Injected): Record<string, string> {
  const preloads = [
    ...(statements ? [import.meta.resolve('./failing-statements.ts')] : []),
    ...(clock_ms === undefined ? [] : [import.meta.resolve('./skewed-clock.ts')]),
  ];
  return {
    NODE_OPTIONS: preloads.map((module) => `--import=${module}`).join(' '),
    ...(statements && { FAULTS_STATEMENTS: JSON.stringify(statements) }),
    ...(clock_ms !== undefined && { FAULTS_CLOCK_MS: String(clock_ms) }),
  };
}
