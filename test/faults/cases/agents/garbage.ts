import { until } from '../../../support/until.ts';
import type { Met } from '../../evil-agent/meet-spoilt-streams.ts';
import type { Fault } from '../../fault.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { addAgents, addProject } from './add-agents.ts';
import { runWorker, startWorker } from './start-worker.ts';

/** That the providers read over HTTP, in a thread of the harness. */
const RUNS = 10_000;
/** Of each dialect, that are tasks of the fleet. */
const CASES = 400;
/** Of each dialect. */
const AGENTS = 8;
const KINDS = ['ollama', 'openai'] as const;

/** What a failure may be called: anything else is ours. */
const KNOWN = ['protocol', 'transport', 'refused', 'result_too_large', 'model_missing', 'invalid'];

export const garbage: Fault = {
  name: 'garbage',
  what: `${RUNS} recorded answers, spoilt by chance, ${2 * CASES} more as tasks: each is a result that can be stored, or a failure with a sentence`,
  load: { perSecond: 10 },
  async harm(fleet, chance) {
    const seed = Math.floor(chance.next() * 2 ** 31);
    const server = await startWorker('spoilt-worker.ts', { seed, cases: CASES });
    try {
      const reading = runWorker<Met>('meeting-worker.ts', { seed, runs: RUNS });
      const [{ problem, answers, failures }] = await Promise.all([reading, doAll(fleet, server.url)]);
      if (problem !== null) fleet.complain(problem);
      else if (answers + failures < RUNS) fleet.complain(`Only ${answers + failures} streams were read`);
    } catch (error) {
      fleet.complain(`${TASKS - (await count(fleet))} cases of seed ${seed} did not end: ${(error as Error).message}`);
    } finally {
      await server.close();
    }
  },
  check: oddEnds,
};

async function doAll(fleet: Fleet, url: string): Promise<void> {
  await addProject(fleet, 'garbage');
  await addAgents(fleet, agentsAt(url));
  await submitAll(fleet);
  await until(async () => (await count(fleet)) === TASKS, { timeoutMs: 120_000, everyMs: 500 });
}

const agentsAt = (url: string) =>
  KINDS.flatMap((kind) =>
    Array.from({ length: AGENTS }, (_, n) => ({
      name: `garbage.${kind}.${n}`,
      kind,
      url,
      project: 'garbage',
      labels: { kind },
      capabilities: ['tools'],
      max_concurrent: 16,
    })),
  );

/** A third asks for JSON, a third offers a tool. */
const CALLS = [
  undefined,
  { response_format: 'json', repairs: 1 },
  { tools: [{ name: 'get_weather', parameters: {} }] },
];

/** Between two spoilt ones a good one: five broken answers in a row would close an agent for 15 s. */
const TASKS = 2 * 2 * CASES;

async function submitAll({ client }: Fleet): Promise<void> {
  const tasks = Array.from({ length: TASKS }, (_, n) => {
    const kind = KINDS[n % 2]!;
    const number = n >> 2;
    const call = CALLS[number % 3];
    return {
      title: `${kind} ${number}`,
      prompt: n & 2 ? `case ${number}` : 'Be good.',
      project: 'garbage',
      max_attempts: 1,
      needs: { capabilities: ['chat'], labels: [{ key: 'kind', op: '=', value: kind }] },
      ...(call && { call }),
    };
  });
  for (let at = 0; at < tasks.length; at += 500) {
    const headers = { 'idempotency-key': `garbage-${at}` };
    const { status, body } = await client.insist({
      path: '/tasks/batch',
      body: { tasks: tasks.slice(at, at + 500) },
      headers,
      timeoutMs: 30_000,
    });
    if (status >= 300) throw new Error(`A batch was refused: ${JSON.stringify(body).slice(0, 300)}`);
  }
}

const COUNT_SQL = `
  select count(*)::int as ended from outcomes o join projects p on p.id = o.project_id where p.slug = 'garbage'`;
const count = async ({ postgres }: Fleet): Promise<number> =>
  (await postgres.sql<{ ended: number }>(COUNT_SQL))[0]!.ended;

const ODD_SQL = `
  select t.title, o.state, o.error from outcomes o join tasks t on t.id = o.task_id
  join projects p on p.id = o.project_id
  where p.slug = 'garbage' and o.state <> 'succeeded' and not coalesce(o.error->>'code' = any ($1), false)
  limit 20`;

async function oddEnds({ postgres }: Fleet): Promise<string[]> {
  const odd = await postgres.sql<{ title: string; state: string; error: unknown }>(ODD_SQL, [KNOWN]);
  return odd.map(({ title, state, error }) => `Case ${title} ${state}: ${JSON.stringify(error)}`);
}
