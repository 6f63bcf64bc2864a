import type { z } from 'zod';
import { askQuestion } from '../../src/questions/ask.ts';
import { type AskQuestion, askQuestion as askShape } from '../../src/questions/schema.ts';
import { waitForAnswer } from '../../src/questions/wait.ts';
import type { AttemptRef } from '../../src/tasks/attempt-schema.ts';
import type { testFleet } from './fleet.ts';

type Fleet = Awaited<ReturnType<typeof testFleet>>;
export type Wish = z.input<typeof askShape>;

export const YES_OR_NO = {
  title: 'Delete the old tables?',
  options: [
    { id: 'yes', name: 'Yes' },
    { id: 'no', name: 'No' },
  ],
} satisfies Wish;

/** A task that an agent of its own works on, and may ask from. */
export async function questionScene(fleet: Fleet) {
  const { db, desk } = fleet;
  const project = await fleet.project();
  const agent = await project.agent();
  const task_id = await project.task({ max_attempts: 5 });
  const grant = await agent.begin();
  const ask = (wish: Wish = YES_OR_NO, ref: AttemptRef = grant) =>
    askQuestion(db, { ...ref, project_id: project.id }, askShape.parse(wish) as AskQuestion);
  const again = async () => {
    await agent.fail(grant, { retryable: true });
    await fleet.change(task_id, 'ready = true, available_at = now()');
    return agent.begin();
  };
  const clock = async () =>
    (await db.query('select awaiting_since, awaited_ms from live_tasks where id = $1', [task_id]))[0]!;
  const events = async () =>
    (
      await db.query<{ type: string; actor: string; data: object }>(
        `select type, actor, data from events where task_id = $1 and type like 'question.%' order by xid, seq`,
        [task_id],
      )
    ).map(({ type, actor, data }) => ({ type, actor, data }));
  const wait = (id: string, waitMs = 0, ref: AttemptRef = grant) =>
    waitForAnswer(desk.context, ref, id, { waitMs, signal: new AbortController().signal });
  return { project, agent, task_id, grant, ask, again, clock, events, wait };
}
