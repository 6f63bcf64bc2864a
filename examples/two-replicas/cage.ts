import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The seed's limits: 512 MB and half a core, in the periods that container engines use. */
export const LIMITS = { memoryBytes: 512 * 2 ** 20, cores: 0.5 };
const PERIOD_US = 100_000;
const QUOTA_US = PERIOD_US * LIMITS.cores;

/** What holds the processes of one replica to their limits, as a container engine would. */
export type Cage = {
  /** A process that writes its id into each of these files is held, with its children. */
  doors: string[];
  /** Seconds for which it was held back, so far. */
  throttledS(): number;
  close(): Promise<void>;
};

type Layout = { about: string; groups: Record<string, Record<string, string>>; throttled: RegExp; perSecond: number };

/** Where control groups are and what is written into them: folder below /sys/fs/cgroup, then file and value. */
const VERSION_1: Layout = {
  about: 'control groups, version 1',
  groups: {
    cpu: { 'cpu.cfs_period_us': String(PERIOD_US), 'cpu.cfs_quota_us': String(QUOTA_US) },
    memory: { 'memory.limit_in_bytes': String(LIMITS.memoryBytes) },
  },
  throttled: /throttled_time (\d+)/,
  perSecond: 1e9,
};
const VERSION_2: Layout = {
  about: 'control groups, version 2',
  groups: { '': { 'cpu.max': `${QUOTA_US} ${PERIOD_US}`, 'memory.max': String(LIMITS.memoryBytes) } },
  throttled: /throttled_usec (\d+)/,
  perSecond: 1e6,
};

/**
 * Makes one group a name below `root`. Where that is not allowed, or there are none, the cages are open and `about` says
 * so: then what the replicas take is measured, and not enforced.
 */
export async function openCages(names: string[], root = '/sys/fs/cgroup'): Promise<{ about: string; cages: Cage[] }> {
  const layout = existsSync(join(root, 'cgroup.controllers')) ? VERSION_2 : VERSION_1;
  const made: Cage[] = [];
  try {
    if (layout === VERSION_2) await writeFile(join(root, 'cgroup.subtree_control'), '+cpu +memory');
    for (const name of names) made.push(await openCage(layout, root, `whoosh-example-${process.pid}-${name}`));
    return { about: `enforced by ${layout.about}`, cages: made };
  } catch (error) {
    for (const cage of made) await cage.close();
    const open = { doors: [], throttledS: () => 0, close: async () => {} };
    return { about: `not enforced, measured only (${(error as Error).message})`, cages: names.map(() => open) };
  }
}

async function openCage({ groups, throttled, perSecond }: Layout, root: string, name: string): Promise<Cage> {
  const folders = Object.keys(groups).map((group) => join(root, group, name));
  const close = async () => {
    // It cannot be removed while a process is in it, and the last one may be on its way out.
    for (const folder of folders) await rmdir(folder).catch(() => {});
  };
  try {
    for (const [at, files] of Object.values(groups).entries()) await fill(folders[at]!, files);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    doors: folders.map((folder) => join(folder, 'cgroup.procs')),
    throttledS() {
      const stat = readFileSync(join(folders[0]!, 'cpu.stat'), 'utf8');
      return Number(throttled.exec(stat)?.[1] ?? 0) / perSecond;
    },
    close,
  };
}

async function fill(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder);
  // Not created: where it is not there, this is no control group.
  for (const [file, value] of Object.entries(files)) await writeFile(join(folder, file), value, { flag: 'r+' });
}
