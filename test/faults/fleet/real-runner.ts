import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnWhoosh } from '../../support/spawn-whoosh.ts';
import { until } from '../../support/until.ts';
import { openBalancer } from './balancer.ts';
import type { Fleet } from './fleet.ts';

/** A real `whoosh runner run` in a process of its own, behind a balancer. */
export type RealRunner = {
  child: ChildProcess;
  /** Ends it (SIGTERM) and notes what it began in the ledger; answers how many tasks that were. */
  stop(): Promise<number>;
};

let runners = 0;

/** Enrols and starts it, and waits until it is online. Its agent notes each task, in a file, when it begins. */
export async function openRealRunner(
  fleet: Fleet,
  { env = {} }: { env?: Record<string, string> } = {},
): Promise<RealRunner> {
  const name = `real-${++runners}`;
  const folder = join(fleet.folder, name);
  const began = join(folder, 'began');
  await mkdir(folder, { recursive: true });
  // The prompt is the key of the submission.
  const script = `read key; echo "$key" >> ${began}; sleep 0.05`;
  await writeFile(
    join(folder, 'agents.yaml'),
    `agents: [{name: shell, kind: command, command: [sh, -c, '${script}'], capabilities: [shell], max_concurrent: 4}]\n`,
  );
  const balancer = await openBalancer(fleet.replicas);
  const { token } = (await fleet.client.insist({ path: '/runners/enrolments', body: {} })).body;
  const args = ['runner', 'run', '--server', balancer.url, '--token', token, '--name', name, '--folder', folder];
  const child = spawnWhoosh(args, { logFile: join(fleet.folder, `${name}.log`), env });
  fleet.warden.watch(child);
  await until(async () => {
    const { body } = await fleet.client.call({ method: 'GET', path: '/runners' });
    return body.items.some((one: { name: string; online: boolean }) => one.name === name && one.online);
  });
  return {
    child,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      balancer.close();
      const keys = (await readFile(began, 'utf8').catch(() => '')).split('\n').filter(Boolean);
      for (const key of keys) fleet.ledger.began(key, name);
      return keys.length;
    },
  };
}
