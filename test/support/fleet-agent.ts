import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Db } from '../../src/db/database.ts';
import type { JsonValue } from '../../src/lib/schema.ts';
import type { AttemptRef, Directive, Grant } from '../../src/tasks/attempt-schema.ts';
import { completeAttempt } from '../../src/tasks/complete.ts';
import type { TaskDesk } from '../../src/tasks/desk.ts';
import { failAttempt } from '../../src/tasks/fail.ts';
import { type PollAnswer, type PollRequest, pollForWork } from '../../src/tasks/poll.ts';
import { releaseAttempt } from '../../src/tasks/release.ts';
import type { Reported } from '../../src/tasks/report.ts';

export type AgentSettings = {
  name?: string;
  capabilities?: string[];
  models?: string[];
  labels?: Record<string, string>;
  max_concurrent?: number;
  /** A runner that is there already: the agent is one more on its machine. */
  on?: TestAgent;
};
type At = { desk?: TaskDesk };
type PollSettings = Partial<PollRequest> & At & { slots?: number; signal?: AbortSignal };

/** An agent with a runner that has one open session; its verbs act as that runner. */
export type TestAgent = {
  id: string;
  name: string;
  runner_id: string;
  runner: string;
  holder_id: string;
  /** One poll; by default for all slots, without waiting, holding nothing. */
  poll(settings?: PollSettings): Promise<PollAnswer>;
  /** The one task that a poll grants now; fails when it grants none or several. */
  claim(settings?: PollSettings): Promise<Grant>;
  /** Claims and starts one task. */
  begin(settings?: PollSettings): Promise<Grant>;
  start(ref: AttemptRef, at?: At): Promise<boolean>;
  heartbeat(ref: AttemptRef, at?: At): Promise<Directive>;
  complete(ref: AttemptRef, result?: JsonValue, at?: At): Promise<Reported>;
  fail(ref: AttemptRef, settings?: At & { retryable?: boolean; message?: string }): Promise<Reported>;
  release(ref: AttemptRef, at?: At): Promise<Reported>;
};

type Session = Pick<TestAgent, 'id' | 'name' | 'runner_id' | 'runner' | 'holder_id'>;

/** Registers an agent of the project and makes the desk's roster know it. */
export async function createAgent(db: Db, desk: TaskDesk, projectId: string, settings: AgentSettings = {}) {
  const { max_concurrent = 1 } = settings;
  const session = settings.on
    ? { ...settings.on, id: randomUUID(), name: settings.name ?? `agent-${randomUUID().slice(0, 8)}` }
    : await openSession(db, projectId, settings.name ?? 'shell');
  await db.query(
    `insert into agents (id, project_id, runner_id, kind, name, capabilities, models, labels)
     values ($1, $2, $3, 'command', $4, $5, $6, $7)`,
    [
      session.id,
      projectId,
      session.runner_id,
      session.name,
      settings.capabilities ?? [],
      settings.models ?? [],
      settings.labels ?? {},
    ],
  );
  await db.query('insert into agent_slots (agent_id, max_concurrent) values ($1, $2)', [session.id, max_concurrent]);
  await desk.roster.refresh();
  return asTestAgent(desk, session, max_concurrent);
}

async function openSession(db: Db, projectId: string, name: string): Promise<Session> {
  const [id, runner_id, holder_id] = [randomUUID(), randomUUID(), randomUUID()];
  const runner = `runner-${runner_id.slice(0, 8)}`;
  await db.query(
    `insert into runners (id, project_id, name, secret_hash, holder_id, last_seen_at) values ($1, $2, $3, '', $4, now())`,
    [runner_id, projectId, runner, holder_id],
  );
  await db.query('insert into holders (id, runner_id) values ($1, $2)', [holder_id, runner_id]);
  return { id, name, runner_id, runner, holder_id };
}

function asTestAgent(home: TaskDesk, session: Session, maxConcurrent: number): TestAgent {
  const { id, holder_id } = session;
  const actor = `agent:${id}`;
  const held = ({ task_id, epoch }: AttemptRef) => ({ task_id, epoch, holder_id });
  const lease = (ref: AttemptRef, desk: TaskDesk) => ({ ...held(ref), lease_ttl_ms: desk.context.config.leaseTtlMs });
  const agent: TestAgent = {
    ...session,
    poll({ desk = home, slots = maxConcurrent, signal = new AbortController().signal, ...request } = {}) {
      const wants = slots ? [{ agent_id: id, slots }] : [];
      return pollForWork(desk, { holder_id, attempts: [], wants, wait_ms: 0, ...request }, signal);
    },
    async claim(settings) {
      const { grants } = await agent.poll({ slots: 1, ...settings });
      expect(grants).toHaveLength(1);
      return grants[0]!;
    },
    async begin(settings) {
      const grant = await agent.claim(settings);
      expect(await agent.start(grant)).toBe(true);
      return grant;
    },
    start: (ref, { desk = home } = {}) => desk.start(lease(ref, desk)),
    heartbeat: (ref, { desk = home } = {}) => desk.heartbeat(lease(ref, desk)),
    complete: (ref, result, { desk = home } = {}) => completeAttempt(desk, { ...held(ref), actor, result }),
    fail: (ref, { desk = home, retryable = false, message = 'no' } = {}) =>
      failAttempt(desk, { ...held(ref), actor, retryable, error: { code: 'exit_1', message } }),
    release: (ref, { desk = home } = {}) => releaseAttempt(desk, { ...held(ref), actor }),
  };
  return agent;
}
