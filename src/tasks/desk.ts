import { EventEmitter } from 'node:events';
import { openModelServers } from '../agents/push/model-servers.ts';
import { Roster } from '../agents/roster.ts';
import type { Context } from '../context.ts';
import type { Log } from '../lib/log.ts';
import { appendLogs, type LogChunk } from './append-logs.ts';
import { Dispatcher } from './dispatcher.ts';
import { type HeldAttempt, heartbeatAttempts } from './heartbeat.ts';
import { insertTasks, type NewTask } from './insert.ts';
import { joinCallers } from './join-callers.ts';
import { NeedsClasses } from './needs-classes.ts';
import { readTasks } from './read-tasks.ts';
import { readUnstarted } from './redeliver.ts';
import type { Estimate } from './require-capacity.ts';
import { type Settled, type Settlement, settleTasks } from './settle.ts';
import { startAttempts } from './start.ts';
import { tellDependants } from './tell-dependants.ts';
import { traceEnded } from './trace-ended.ts';

/** What a replica keeps at hand for tasks: the joined statements, the dispatcher and what it knows of needs and agents. */
export type TaskDesk = ReturnType<typeof createTaskDesk>;

/** Makes the desk of a replica, once; concurrent callers of its functions are joined into one statement. */
export function createTaskDesk(context: Context) {
  const { db, control, config, log, metrics } = context;
  const roster = new Roster(db);
  const classes = new NeedsClasses(db);
  const announce = () => context.notify('events');
  const dispatcher = new Dispatcher({
    control,
    roster,
    classes,
    log,
    metrics,
    pollIntervalMs: config.pollIntervalMs,
    announce,
  });
  const announceWork = () => {
    dispatcher.poke();
    context.notify('work');
    announce();
  };
  const dependants = oneAtATime(() => tellDependants(db, config.leaseGraceMs), announceWork, log);
  const traced = traceEnded(context);
  const logged = new EventEmitter().setMaxListeners(0);
  return {
    context,
    /** Close it when the replica stops. */
    modelServers: openModelServers(context),
    roster,
    classes,
    dispatcher,
    /** Emits the id of a task when its log grew, or ended, at this replica. */
    logged,
    /** Unfinished tasks a project had a moment ago, for the queue's cap. */
    unfinished: new Map<string, Estimate>(),
    /** Inserts one task; false when its idempotency key was used before. */
    insert: joinCallers(async (tasks: NewTask[]) => {
      const inserted = await insertTasks(db, tasks);
      return tasks.map((task) => inserted.has(task.id));
    }),
    /** A task that was just submitted, as its submitter is answered. */
    read: joinCallers(async (ids: string[]) => {
      const tasks = new Map((await readTasks(db, ids)).map((task) => [task.id, task]));
      return ids.map((id) => tasks.get(id));
    }),
    start: joinCallers((attempts: HeldAttempt[]) => startAttempts(control, attempts)),
    heartbeat: joinCallers((attempts: HeldAttempt[]) => heartbeatAttempts(control, attempts)),
    /** What a holder was granted and has not started. */
    unstarted: joinCallers((holderIds: string[]) => readUnstarted(control, holderIds)),
    /** Appends to the log of an attempt; false when the caller does not hold it any more. */
    append: joinCallers((chunks: LogChunk[]) => appendLogs(db, chunks)),
    /** Ends one attempt or task; undefined when it was fenced. */
    settle: joinCallers((settlements: Settlement[]) => settleEach(context, settlements)),
    /** Work was added here: look for it now, and let the other replicas know. */
    announceWork,
    /** Something happened that makes nothing claimable. */
    announce,
    /** An attempt or a task has ended. A slot that it freed is asked for by its holder's next poll. */
    announceSettled(settled: Settled): void {
      const { task_id, state, has_dependants, attempt_outcome } = settled;
      traced(settled);
      if (attempt_outcome) metrics.attempts_total.inc({ outcome: attempt_outcome });
      if (attempt_outcome === 'lost') metrics.leases_lost_total.inc();
      if (state === 'queued') announceWork();
      else announce();
      logged.emit(task_id);
      if (has_dependants) void dependants();
    },
    /** Tells the dependants of finished tasks; also called by the coordinator, for ends that other replicas saw. */
    tellDependants: dependants,
  };
}

/**
 * A task may stand once in a statement. A further settlement of the same task waits for the next one: it may be the
 * valid report behind a stale one, or the repetition of the first.
 */
async function settleEach(context: Context, settlements: Settlement[]): Promise<(Settled | undefined)[]> {
  const first = [...new Map(settlements.toReversed().map((one) => [one.task_id, one])).values()];
  const settled = await settleTasks(context.control, first, context.config.leaseGraceMs);
  const byTask = new Map(settled.map((one) => [one.task_id, one]));
  const answers = new Map(first.map((one) => [one, byTask.get(one.task_id)]));
  const later = settlements.filter((one) => !answers.has(one));
  const laterAnswers = later.length ? await settleEach(context, later) : [];
  for (const [index, one] of later.entries()) answers.set(one, laterAnswers[index]);
  return settlements.map((one) => answers.get(one));
}

/** Runs `work` again while it finds something and when it was called during a run; failures wait for the next call. */
function oneAtATime(work: () => Promise<number>, then: () => void, log: Log): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async () => {
    for (again = true; again; ) {
      again = false;
      if ((await work()) > 0) {
        again = true;
        then();
      }
    }
  };
  return () => {
    again = true;
    running ??= run()
      .catch((error) => log.warn({ err: error }, 'Telling dependants failed; the next look repeats it'))
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}
