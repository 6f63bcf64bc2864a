import type { Finding, Scene } from '../rule.ts';

/** Pools of this replica that have callers waiting and no connection to give. */
export function findExhaustedPools({ context: { db, control }, replica }: Scene): Finding[] {
  const pools = Object.entries({ api: db.stats(), control: control.stats() });
  return pools
    .filter(([, { idle, waiting }]) => idle === 0 && waiting > 0)
    .map(([pool, { size, waiting }]) => ({
      subject: `${pool} pool of ${replica}`,
      project_id: null,
      summary: `The ${pool} pool of replica ${replica} is exhausted.`,
      detail: `Callers that wait: ${waiting}. Connections in use: ${size}, all of them.`,
    }));
}
