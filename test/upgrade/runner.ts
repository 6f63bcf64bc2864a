import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { end } from '../../examples/process.ts';
import type { Client } from '../../src/client/client.ts';
import { spawnWhoosh } from '../support/spawn-whoosh.ts';
import { until } from '../support/until.ts';
import type { Checkout } from './check-out.ts';
import type { Site } from './replica.ts';

const AGENTS = `agents: [{name: shell, kind: command, command: [sh, -c, 'sleep 0.05'], capabilities: [shell], max_concurrent: 4}]\n`;

/** A runner of some version, enrolled, with four slots; waits until it is online. Answers what stops it. */
export async function startRunner(
  { name, folder }: Checkout,
  server: string,
  client: Client,
  site: Site,
): Promise<() => Promise<void>> {
  const place = join(site.folder, `runner-${name}`);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'agents.yaml'), AGENTS);
  const { token } = await client.createEnrolment();
  const args = ['runner', 'run', '--server', server, '--token', token, '--name', name, '--folder', place];
  const child = spawnWhoosh(args, { checkout: folder, logFile: join(site.folder, `runner-${name}.log`), env: {} });
  await until(async () => (await client.listRunners()).some((one) => one.name === name && one.online), {
    timeoutMs: 30_000,
  });
  return () => end(child, 'SIGTERM');
}
