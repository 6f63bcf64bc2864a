import { readdir, readFile } from 'node:fs/promises';

/** One process as Linux shows it in /proc; times in hundredths of a second. */
export type ProcStat = {
  pid: number;
  /** Z is a zombie: ended, but not yet taken note of by its parent. */
  state: string;
  group: number;
  /** Processor time, that of its ended children included. */
  userTicks: number;
  systemTicks: number;
};

/** Reads /proc/<pid>/stat; undefined when there is no such process, and where there is no /proc. */
async function procStat(pid: number): Promise<ProcStat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The name in parentheses may hold spaces and parentheses itself; the state is the first field after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index]);
  return {
    pid,
    state: fields[0]!,
    group: number(2),
    userTicks: number(11) + number(13),
    systemTicks: number(12) + number(14),
  };
}

/** The pids of this moment; none where there is no /proc. */
export async function allPids(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The members of a process group that have not ended. */
export async function groupMembers(group: number): Promise<ProcStat[]> {
  const stats = await Promise.all((await allPids()).map(procStat));
  return stats.filter((stat) => stat?.group === group && stat.state !== 'Z') as ProcStat[];
}
