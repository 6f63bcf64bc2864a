import { readFile } from 'node:fs/promises';
import { groupMembers } from './proc-stat.ts';

/** What a process group has used so far, as far as it was seen. */
export type GroupUse = { cpu_user_ms: number; cpu_system_ms: number; max_rss_bytes: number };

// The kernel counts processor time for user space in hundredths of a second, on every architecture.
const TICK_MS = 10;
const FIRST_LOOK_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Looks at a process group after 0.1 s and then ever more rarely, at least every 2 s, until `stop()`, which gives the
 * highest sums seen: processor time including ended children, and resident memory of all together. What happened after
 * the last look is missing; a command that ends before the first look, and every system without /proc, gives undefined.
 */
export function measureGroup(groupId: number): { stop(): GroupUse | undefined } {
  let most: GroupUse | undefined;
  let pauseMs = FIRST_LOOK_MS;
  let timer = setTimeout(look, pauseMs);
  let stopped = process.platform !== 'linux';
  async function look() {
    if (stopped) return;
    most = higher(most, await sumOf(groupId));
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    if (!stopped) timer = setTimeout(look, pauseMs);
  }
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return most;
    },
  };
}

function higher(a: GroupUse | undefined, b: GroupUse | undefined): GroupUse | undefined {
  if (!a || !b) return a ?? b;
  return {
    cpu_user_ms: Math.max(a.cpu_user_ms, b.cpu_user_ms),
    cpu_system_ms: Math.max(a.cpu_system_ms, b.cpu_system_ms),
    max_rss_bytes: Math.max(a.max_rss_bytes, b.max_rss_bytes),
  };
}

async function sumOf(groupId: number): Promise<GroupUse | undefined> {
  const members = await groupMembers(groupId);
  if (members.length === 0) return undefined;
  const memory = await Promise.all(members.map(({ pid }) => residentBytes(pid)));
  return {
    cpu_user_ms: sum(members.map(({ userTicks }) => userTicks * TICK_MS)),
    cpu_system_ms: sum(members.map(({ systemTicks }) => systemTicks * TICK_MS)),
    max_rss_bytes: sum(memory),
  };
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

async function residentBytes(pid: number): Promise<number> {
  // Not there any more: it ended between the two looks.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
}
