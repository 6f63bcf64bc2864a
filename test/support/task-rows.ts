import { randomUUID } from 'node:crypto';
import type { Db } from '../../src/db/database.ts';

/*
 * Rows written directly, as nothing in the product would write them: for tests of what the auditor finds. All are of
 * one task, and valid unless told otherwise.
 */
export const DEFAULT_PROJECT = '00000000-0000-7000-8000-000000000000';
export const TASK = '11111111-1111-7111-8111-111111111111';
const AGENT = '22222222-2222-7222-8222-222222222222';
const HOLDER = '33333333-3333-7333-8333-333333333333';

type Values = Record<string, unknown>;

export async function insert(db: Db, table: string, values: Values): Promise<void> {
  const columns = Object.keys(values);
  const places = columns.map((_, at) => `$${at + 1}`);
  await db.query(`insert into ${table} (${columns}) values (${places})`, Object.values(values));
}

export const task = (db: Db, values: Values = {}) =>
  insert(db, 'tasks', {
    id: TASK,
    project_id: DEFAULT_PROJECT,
    class_id: 1,
    title: 'x',
    needs: {},
    priority: 5,
    workspace: {},
    max_attempts: 1,
    backoff_base_ms: 0,
    backoff_cap_ms: 0,
    fingerprint: '',
    submitted_by: 'test',
    ...values,
  });
export const live = (db: Db, values: Values = {}) =>
  insert(db, 'live_tasks', {
    id: TASK,
    project_id: DEFAULT_PROJECT,
    class_id: 1,
    state: 'queued',
    ready: true,
    priority: 5,
    slots: 1,
    available_at: new Date(),
    has_result_schema: false,
    max_attempts: 1,
    backoff_base_ms: 0,
    backoff_cap_ms: 0,
    ...values,
  });
export const held = {
  state: 'running',
  ready: false,
  epoch: 1,
  holder_id: HOLDER,
  agent_id: AGENT,
  lease_expires_at: new Date(),
};
export const attempt = (db: Db, values: Values = {}) =>
  insert(db, 'attempts', {
    task_id: TASK,
    epoch: 1,
    project_id: DEFAULT_PROJECT,
    agent_id: AGENT,
    holder_id: HOLDER,
    token_hash: '',
    claimed_at: new Date(),
    ...values,
  });
export const ended = (outcome: string) => ({ ended_at: new Date(), outcome });
export const outcome = (db: Db, state: string) =>
  insert(db, 'outcomes', { task_id: TASK, project_id: DEFAULT_PROJECT, state, epoch: 1 });
export const event = (db: Db, type: string) =>
  insert(db, 'events', { project_id: DEFAULT_PROJECT, task_id: TASK, type, actor: 'test' });
export const queue = (db: Db) => insert(db, 'queues', { project_id: DEFAULT_PROJECT, class_id: 1 });
export const slots = async (db: Db, max: number, used: number) => {
  const runner_id = randomUUID();
  await insert(db, 'runners', { id: runner_id, name: 'r', secret_hash: '' });
  await insert(db, 'agents', { id: AGENT, runner_id, kind: 'command', name: 'a' });
  await insert(db, 'agent_slots', { agent_id: AGENT, max_concurrent: max, used });
};
