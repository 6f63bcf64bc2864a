import type { Broken } from './audit.ts';

/** What a coordinator knows of its own work. */
type Facts = {
  /** What its last audit found. */
  broken: Broken[];
  sinceReapMs: number;
  /** How often it means to look for lost leases. */
  reapEveryMs: number;
  /**
   * How long the oldest claimable task has waited, and the id of an agent that does nothing and could take it: not its
   * name, as everybody may read /health.
   */
  stuck: { waits_ms: number; agent: string } | undefined;
};

/** A look that is late by less may be a slow database. */
const LATE_LOOKS = 6;
const LATE_MS = 30_000;

/** Why work does not move as it should, in sentences for the operator; null when it does. */
export function findProblem({ broken, sinceReapMs, reapEveryMs, stuck }: Facts): string | null {
  const problems = [
    broken.length > 0 &&
      `Broken invariants: ${broken.map((one) => `${one.id} (${one.broken})`).join(', ')}; see the log.`,
    sinceReapMs > Math.max(LATE_MS, LATE_LOOKS * reapEveryMs) &&
      `Nobody here has looked for lost leases for ${Math.round(sinceReapMs / 1000)} s.`,
    stuck && `A task has waited for ${Math.round(stuck.waits_ms / 1000)} s, though agent ${stuck.agent} could take it.`,
  ].filter((one) => typeof one === 'string');
  return problems.length ? problems.join(' ') : null;
}
