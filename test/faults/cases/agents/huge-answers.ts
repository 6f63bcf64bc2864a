import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { until } from '../../../support/until.ts';
import { endingOf } from '../../evil-agent/evil.ts';
import { EVILS } from '../../evil-agent/evils.ts';
import type { Fault } from '../../fault.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { addAgents, addProject } from './add-agents.ts';
import { startWorker } from './start-worker.ts';

/** What eight calls at once may take beyond the idle replica (measured: 129): no stream of 64 MiB is ever held whole. */
const MOST_MIB = 150;

/** Eight at once; every other one in the other dialect. */
const MET = [
  'endless-small-pieces',
  'endless-thoughts',
  'endless-empty-lines',
  'gzip-bomb',
  'brotli-bomb',
  'encoding-chain',
  'endless-line',
  'endless-text',
].map((name, at) => ({ name, kind: at % 2 ? ('openai' as const) : ('ollama' as const) }));

let taken = 0;

export const hugeAnswers: Fault = {
  name: 'huge-answers',
  what: `Eight answers without end at once, bombs among them, on one replica: it takes at most ${MOST_MIB} MiB more`,
  fleet: { replicas: 1, agents: 1, runners: 1, env: { NODE_OPTIONS: '--max-old-space-size=384' } },
  load: { perSecond: 5 },
  async harm(fleet) {
    const evil = await startWorker('evil-worker.ts');
    try {
      await addProject(fleet, 'huge');
      const agents = MET.map(({ name, kind }) => ({ name, kind, url: `${evil.url}/${name}`, labels: { evil: name } }));
      await addAgents(
        fleet,
        agents.map((agent) => ({ ...agent, project: 'huge' })),
      );
      const { pid } = fleet.replicas[0]!.child;
      const idle = await memoryOf(pid!, 'VmRSS');
      // From now on VmHWM counts anew.
      await writeFile(`/proc/${pid}/clear_refs`, '5');
      await Promise.all(MET.map((met) => meet(fleet, met)));
      taken = (await memoryOf(pid!, 'VmHWM')) - idle;
    } finally {
      await evil.close();
    }
  },
  async check() {
    return taken > MOST_MIB ? [`The replica took ${taken} MiB more`] : [];
  },
};

/** In MiB. */
async function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)![1]) / 1024);
}

async function meet(fleet: Fleet, { name, kind }: (typeof MET)[number]): Promise<void> {
  const { client, postgres, complain } = fleet;
  const { ids } = await client.submit(randomUUID(), 'push', {
    project: 'huge',
    prompt: name,
    max_attempts: 1,
    needs: { capabilities: ['chat'], labels: [{ key: 'evil', op: '=', value: name }] },
  });
  const sql = "select error->>'code' as code from outcomes where task_id = $1";
  const ended = async () => (await postgres.sql<{ code: string | null }>(sql, [[...ids][0]]))[0];
  const end = await until(ended, { timeoutMs: 120_000, everyMs: 200 }).catch(() => undefined);
  const ending = endingOf(EVILS[name]!, kind);
  if (!('code' in ending) || end?.code !== ending.code) complain(`${name} ended as ${end?.code}`);
}
