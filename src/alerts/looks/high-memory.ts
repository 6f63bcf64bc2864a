import type { Finding, Scene } from '../rule.ts';

const MIB = 1024 * 1024;

/** This replica, when it has more in memory than it should. */
export function findHighMemory({ context, replica }: Scene): Finding[] {
  const mib = Math.round(process.memoryUsage.rss() / MIB);
  const { alertMemoryMb } = context.config;
  if (mib <= alertMemoryMb) return [];
  const summary = `Replica ${replica} has ${mib} MiB in memory.`;
  return [{ subject: replica, project_id: null, summary, detail: `ALERT_MEMORY_MB is ${alertMemoryMb}.` }];
}
