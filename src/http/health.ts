import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import { shared } from '../lib/shared.ts';
import { VERSION } from '../lib/version.ts';
import { within } from '../lib/within.ts';
import type { ComponentHealth, HealthView } from './health-schema.ts';
import type { Load } from './load.ts';

/** An operator's page must come within a second, whatever is ill, and the metrics tell of it within 0.7 s. */
const LIMIT_MS = 500;

type Look = () => Promise<ComponentHealth>;

/**
 * Makes the look at every part of this replica. A part that does not answer in 0.5 s is degraded, and holds nothing up. A
 * look that hangs, as behind a lock, is not begun again while it does: it must not take one connection after the other.
 */
export function openHealth(context: Context, load: Load): () => Promise<HealthView> {
  const looks = [checkDatabase, onceStarted(checkCoordinator), onceStarted(checkAgents)].map((look) =>
    shared(() => look(context), 0),
  );
  const [lookAtDatabase, lookAtCoordinator, lookAtAgents] = looks as [Look, Look, Look];
  return async () => {
    const end = context.metrics.health_check_duration_seconds.startTimer();
    const [database, coordinator, agents] = await Promise.all([
      check(context, lookAtDatabase, () => ({ pool: context.db.stats() })),
      check(context, lookAtCoordinator),
      check(context, lookAtAgents),
    ]);
    end();
    const event_stream = eventStreamOf(coordinator);
    const components = { api: verdict(load.problem()), database, coordinator, agents, event_stream };
    const well = Object.values(components).every(({ status }) => status === 'operational');
    const status = well ? 'healthy' : 'degraded';
    return { status, version: VERSION, timestamp: new Date().toISOString(), components };
  };
}

const verdict = (problem: string | null, facts: Record<string, unknown> = {}): ComponentHealth =>
  problem === null ? { status: 'operational', ...facts } : { status: 'degraded', detail: problem, ...facts };

/** Before the schema is migrated there is nothing to look at, and that is no defect that the log should have. */
const onceStarted =
  (look: (context: Context) => Promise<ComponentHealth>) =>
  async (context: Context): Promise<ComponentHealth> =>
    context.isStarted() ? look(context) : verdict('This replica is starting.');

/** `known`: what can be told of the part though it does not answer. */
async function check(
  { log }: Context,
  look: Look,
  known = (): Record<string, unknown> => ({}),
): Promise<ComponentHealth> {
  try {
    return await within(LIMIT_MS, look());
  } catch (error) {
    const told = tellable(error as Error);
    if (!told) log.error({ err: error }, 'A component could not be looked at');
    return verdict(told ?? 'It could not be looked at; the log says why.', known());
  }
}

/** Everybody may read the page: what others wrote, such as names of hosts and tables in errors, is for the log. */
function tellable(error: Error): string | undefined {
  if (error instanceof AppError) return error.message;
  return /^timeout expired/.test(error.message) ? `It did not answer within ${LIMIT_MS / 1000} s.` : undefined;
}

async function checkDatabase({ db }: Context): Promise<ComponentHealth> {
  const round_trip_ms = await db.ping(LIMIT_MS);
  return verdict(null, { round_trip_ms: Math.round(round_trip_ms * 10) / 10, pool: db.stats() });
}

async function checkCoordinator(context: Context): Promise<ComponentHealth> {
  const { problem, ...facts } = await context.coordinatorHealth();
  return verdict(problem, facts);
}

/** The stream rests on notifications; without them events come a second late. */
function eventStreamOf({ notify_round_trip_ms = null }: ComponentHealth): ComponentHealth {
  const problem =
    notify_round_trip_ms === null ? 'No notification comes back: events and work are found by polling.' : null;
  return verdict(problem, { notify_round_trip_ms });
}

async function checkAgents(context: Context): Promise<ComponentHealth> {
  const { problem, ...facts } = await context.agentsHealth();
  return verdict(problem, facts);
}
