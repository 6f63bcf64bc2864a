import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from '../client/request.ts';
import type { Log } from '../lib/log.ts';
import { defaultAgentsFile } from '../runner/default-agents-file.ts';
import { type StartedRunner, startRunner } from '../runner/loop.ts';
import { writeDurably } from '../runner/write-durably.ts';
import type { Tracing } from '../telemetry/tracing.ts';

/** The server that it belongs to. */
export type Place = { dataDir: string; url: string; adminKey: string; log: Log; tracing: Tracing };

/**
 * Starts the runner of a standalone server in its process, and waits until it is online. It enrols by itself at the
 * first start, and again when the database does not know it any more.
 */
export async function startLocalRunner(place: Place): Promise<StartedRunner> {
  const folder = join(place.dataDir, 'runner');
  await prepareFolder(folder);
  const runner = await enrolAndStart(place, folder);
  const end = await Promise.race([runner.online, runner.done]);
  if (!end) return runner;
  place.log.info({ reason: end.sentence }, 'The local runner enrols anew');
  await rm(join(folder, 'credential.json'), { force: true });
  const again = await enrolAndStart(place, folder);
  const secondEnd = await Promise.race([again.online, again.done]);
  if (secondEnd) throw new Error(secondEnd.sentence);
  return again;
}

/** The folder, with one agent switched on at the first start; later the file is the user's. */
async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const agentsFile = join(folder, 'agents.yaml');
  if (!existsSync(agentsFile)) await writeFile(agentsFile, await defaultAgentsFile(), { mode: 0o600 });
}

async function enrolAndStart({ url, adminKey, log, tracing }: Place, folder: string): Promise<StartedRunner> {
  const enrolled = await moveCredential(join(folder, 'credential.json'), url);
  const token = enrolled ? undefined : await makeEnrolment(url, adminKey);
  return startRunner({ server: url, folder, token, name: 'local', log, tracing });
}

/** The server's port may be another one than last time; it is the same server all the same. */
async function moveCredential(file: string, url: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  const credential = JSON.parse(await readFile(file, 'utf8')) as { server: string };
  if (credential.server !== url)
    await writeDurably(file, `${JSON.stringify({ ...credential, server: url }, null, 2)}\n`);
  return true;
}

async function makeEnrolment(server: string, adminKey: string): Promise<string> {
  const call = { server, path: '/api/v1/runners/enrolments', method: 'POST', token: adminKey, json: {} } as const;
  return (await request<{ token: string }>(call)).token;
}
