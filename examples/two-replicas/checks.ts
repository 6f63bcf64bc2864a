import { auditInvariants } from '../../src/coordinator/audit.ts';
import type { PoolDb } from '../../src/db/pool.ts';
import type { Book, Met } from './book.ts';
import { LIMITS } from './cage.ts';
import type { Replica } from './replica.ts';
import { livesOf, perSecond, type Sample, slopeOf, waitingBefore } from './samples.ts';

/** One line of the verdict. */
export type Check = { title: string; found: string; holds: boolean };

/** From the kill of PostgreSQL until the balancer found both replicas ready again. */
export type Outage = { from: number; to: number };

/** Every component of every replica, asked one by one. */
export async function checkHealth(replicas: Replica[]): Promise<Check> {
  const views = await Promise.all(replicas.map(askHealth));
  const well = views.filter((view) => view === 'healthy');
  const rest = views.filter((view) => view !== 'healthy').join('; ');
  const found = `${well.length}/${replicas.length}${rest && ` (${rest})`}`;
  return { title: 'healthy at the end, every component operational [S18]', found, holds: rest === '' };
}

async function askHealth({ name, url }: Replica): Promise<string> {
  const answer = await fetch(`${url}/health`);
  const { components } = (await answer.json()) as { components: Record<string, { status: string; detail?: string }> };
  const ill = Object.entries(components).filter(([, { status }]) => status !== 'operational');
  if (answer.ok && !ill.length) return 'healthy';
  return `${name}: ${answer.status}, ${ill.map(([part, { detail }]) => `${part}: ${detail}`).join(', ')}`;
}

const OUTCOMES_SQL = `
  select count(*) filter (where o.state = 'succeeded')::int as succeeded,
    count(*) filter (where (select count(*) from attempts a where a.task_id = o.task_id and a.outcome = 'succeeded') = 1)::int as once,
    (select count(*)::int from tasks) as tasks
  from outcomes o where o.task_id = any ($1)`;

/** What was acknowledged is there, has ended once, and its client got its own result. */
export async function checkTasks(db: PoolDb, { acknowledged }: Book): Promise<Check[]> {
  const ids = acknowledged.map(({ id }) => id);
  const [row] = await db.query<{ succeeded: number; once: number; tasks: number }>(OUTCOMES_SQL, [ids]);
  const { succeeded, once, tasks } = row!;
  const told = acknowledged.filter(({ state, isRight }) => state === 'succeeded' && isRight).length;
  const all = ids.length;
  const broken = await auditInvariants(db, '-infinity');
  return [
    {
      title: 'acknowledged tasks that are lost [S9] [S14]',
      found: `${all - succeeded} of ${all}`,
      holds: succeeded === all,
    },
    { title: 'with not exactly one success', found: String(all - once), holds: once === all },
    { title: 'tasks beside the acknowledged ones', found: String(tasks - all), holds: tasks === all },
    { title: 'whose client did not get its result', found: String(all - told), holds: told === all && all > 0 },
    { title: 'broken invariants', found: broken.map(({ id }) => id).join(' ') || '0', holds: !broken.length },
  ];
}

/**
 * What a replica refuses as overloaded says more about the machine than about the program, when just before it some replica
 * could have run and got no processor for more of its time than this, its own limit aside. On two cores the example's own
 * clients, runners and PostgreSQL make them wait for 28 % of a whole run, beside other work for 50 %.
 */
const MOST_WAITING = 0.4;

/** Nothing but 503 with Retry-After, and that only while PostgreSQL was away: a rolling restart costs nobody anything. */
export function checkAnswers({ met }: Book, outage: Outage, samples: Sample[][]): Check[] {
  const refused = met.filter(({ status }) => status === 0 || status >= 400);
  const polite = refused.filter(({ status, retryAfter }) => status === 503 && retryAfter !== null);
  const inOutage = polite.filter(({ at, ms }) => at + ms >= outage.from && at <= outage.to);
  const overloaded = polite.filter((one) => !inOutage.includes(one) && /overloaded/.test(one.detail));
  const starved = overloaded.filter(({ at }) => samples.some((of) => waitingBefore(of, at) > MOST_WAITING));
  const odd = refused.filter((one) => !inOutage.includes(one) && !overloaded.includes(one));
  const seconds = ((outage.to - outage.from) / 1000).toFixed(1);
  const notJudged = starved.length ? `, ${starved.length} of them not judged: no processor was free just before` : '';
  return [
    { title: 'answers to clients', found: String(met.length), holds: met.length > 0 },
    { title: `503 with Retry-After in the outage of ${seconds} s`, found: String(inOutage.length), holds: true },
    {
      title: '503 with Retry-After for want of processor',
      found: `${overloaded.length}${notJudged}`,
      holds: overloaded.length === starved.length,
    },
    { title: 'any other error, at any time [S9]', found: String(odd.length) + firstOf(odd), holds: !odd.length },
  ];
}

const firstOf = ([one]: Met[]): string => (one ? ` (${one.call}: ${one.status || 'no answer'} ${one.detail})` : '');

/**
 * What memory may grow by in a minute, in MiB. A replica answers some 2,000 requests and sees 1,000 tasks end in that
 * time; to remember 1 KiB of each would already be that.
 */
const MOST_SLOPE = 1;
/** Code is compiled, pools and heap take their size. */
const WARM_UP_MS = 60_000;
/** A shorter line says little: what is in use goes up and down with what is under way. */
const JUDGED_MS = 180_000;

/** Memory and processor of one replica. */
export function checkResources(name: string, samples: Sample[], throttledS: number): Check[] {
  const peak = Math.max(...samples.map(({ rssMiB }) => rssMiB));
  const cores = perSecond(samples, 'cpuS');
  const last = livesOf(samples).at(-1)!;
  const warm = last.filter(({ at }) => at - last[0]!.at >= WARM_UP_MS);
  const judged = warm.length > 1 && warm.at(-1)!.at - warm[0]!.at >= JUDGED_MS;
  const slope = judged ? slopeOf(warm) : 0;
  const inUse = last.findLast(({ liveMiB }) => liveMiB !== undefined)?.liveMiB?.toFixed(0);
  const line = judged
    ? `${slope.toFixed(2)} MiB a minute, ${inUse} MiB at the end`
    : 'not judged: less than 4 minutes of one process';
  const limitMiB = LIMITS.memoryBytes / 2 ** 20;
  return [
    {
      title: `${name}: most memory, below ${limitMiB} MiB [S18]`,
      found: `${peak.toFixed(0)} MiB`,
      holds: peak < limitMiB,
    },
    {
      title: `${name}: in use, grows by less than ${MOST_SLOPE} MiB a minute [S15]`,
      found: line,
      holds: slope < MOST_SLOPE,
    },
    {
      title: `${name}: processor, at most ${LIMITS.cores} cores [S18]`,
      found: `${cores.toFixed(2)} cores, held back for ${throttledS.toFixed(0)} s`,
      holds: cores <= LIMITS.cores * 1.02,
    },
  ];
}
