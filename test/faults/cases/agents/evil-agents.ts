import { randomUUID } from 'node:crypto';
import type { Chance } from '../../../support/chance.ts';
import { DIALECTS, type Dialect } from '../../../support/model-servers/dialects.ts';
import { until } from '../../../support/until.ts';
import { type Ending, endingOf } from '../../evil-agent/evil.ts';
import { EVILS } from '../../evil-agent/evils.ts';
import type { Fault } from '../../fault.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { addAgents, addProject } from './add-agents.ts';
import { startWorker } from './start-worker.ts';

type Met = { label: string; kind: Dialect['kind']; ending: Ending; path: string };

/** What costs seconds of the processor each is met by `huge-answers`, a few at a time. */
const LIGHT = Object.entries(EVILS).filter(([, { heavy }]) => !heavy);

/** Each in one dialect by chance; the quick test beside the evil agent has both. */
const meetings = (chance: Chance): Met[] =>
  LIGHT.map(([name, evil]) => {
    const kind = evil.only ?? chance.of(DIALECTS)!.kind;
    return { label: `${name}.${kind}`, kind, ending: endingOf(evil, kind), path: name };
  });

/** A server that is silent on purpose has 3 s; one that is only much work, on a busy machine, a minute. */
const limitOf = ({ ending }: Met): number => ('code' in ending && ending.code === 'attempt_timeout' ? 3000 : 60_000);

export const evilAgents: Fault = {
  name: 'evil-agents',
  what: `${LIGHT.length} model servers that each do something wrong of their own: each task that meets one ends as it should`,
  load: { perSecond: 20 },
  async harm(fleet, chance) {
    const all = meetings(chance);
    const evil = await startWorker('evil-worker.ts');
    try {
      await addProject(fleet, 'evil');
      const toAgent = ({ label, kind, path }: Met) => ({ name: label, kind, url: `${evil.url}/${path}` });
      await addAgents(
        fleet,
        all.map((met) => ({ ...toAgent(met), project: 'evil', labels: { evil: met.label } })),
      );
      const problems = await Promise.all(all.map((met) => meet(fleet, met)));
      for (const problem of problems.flat()) fleet.complain(problem);
    } finally {
      await evil.close();
    }
  },
};

type End = { state: string; result: unknown; error: { code: string; message: string } | null };

const END_SQL = 'select state, result, error from outcomes where task_id = $1';

async function meet({ client, postgres }: Fleet, met: Met): Promise<string[]> {
  const { ids } = await client.submit(randomUUID(), 'push', {
    project: 'evil',
    prompt: met.label,
    max_attempts: 1,
    attempt_timeout_ms: limitOf(met),
    needs: { capabilities: ['chat'], labels: [{ key: 'evil', op: '=', value: met.label }] },
  });
  const ended = async () => (await postgres.sql<End>(END_SQL, [[...ids][0]]))[0];
  const end = await until(ended, { timeoutMs: 90_000, everyMs: 200 }).catch(() => null);
  if (!end) return [`${met.label}: the task did not end`];
  return isExpected(end, met.ending) ? [] : [`${met.label}: ${JSON.stringify(end).slice(0, 500)}`];
}

function isExpected({ state, result, error }: End, ending: Ending): boolean {
  if (!('code' in ending)) return state === 'succeeded' && result === ending.result;
  // On a busy machine the coordinator may be before the holder.
  if (ending.code === 'attempt_timeout' && error?.code === 'timed_out') return true;
  return state === 'failed' && error?.code === ending.code && ending.says.test(error.message);
}
