import { z } from 'zod';
import type { App, Routes } from '../http/app-types.ts';
import { type Actor, actorName, requireRunner } from '../members/actor.ts';
import { requireHolder } from '../runners/require-holder.ts';
import { poll, pollAnswer } from '../runners/schema.ts';
import { sessionOver } from '../runners/session-over.ts';
import { touchRunner } from '../runners/touch-runners.ts';
import { appendLog } from './append-log.ts';
import * as shapes from './attempt-schema.ts';
import { completeAttempt } from './complete.ts';
import type { TaskDesk } from './desk.ts';
import { failAttempt } from './fail.ts';
import { pollForWork } from './poll.ts';
import { explainRefusal } from './refusal.ts';
import { releaseAttempt } from './release.ts';
import { taskState } from './schema.ts';

const tags = ['attempts'];
const params = z.object({ id: z.uuid(), epoch: z.coerce.number().int().min(1).max(2_147_483_647) });
const config = { permission: 'attempt.report', essential: true, errors: ['lease_lost', 'outcome_conflict'] } as const;

/** A result may be 1 MiB; the rest is for what stands around it. */
const REPORT_BYTES = 1_048_576 + 65_536;

/** What a holder does with the attempts it was granted; every write counts only with the current epoch. */
export const attemptRoutes =
  (desk: TaskDesk): Routes =>
  (app) => {
    pollRoute(app, desk);
    startRoute(app, desk);
    outcomeRoutes(app, desk);
    logRoute(app, desk);
  };

type Ref = { task_id: string; epoch: number; holder_id: string; actor: string };

async function refOf(
  desk: TaskDesk,
  actor: Actor,
  { id, epoch }: z.infer<typeof params>,
  holderId: string,
): Promise<Ref> {
  await requireHolder(desk.context.control, requireRunner(actor), holderId);
  return { task_id: id, epoch, holder_id: holderId, actor: actorName(actor) };
}

function pollRoute(app: App, desk: TaskDesk): void {
  app.post(
    '/runners/poll',
    {
      config: { permission: 'runner.session', essential: true, errors: ['session_superseded', 'not_found'] },
      schema: {
        tags: ['runners'],
        operationId: 'pollForWork',
        summary: 'Renew leases, receive work and news of cancels',
        description:
          'The one channel of a runner. Waits up to `wait_ms` for work or for a directive other than `continue`. May be repeated blindly: a grant whose answer was lost is given again.',
        body: poll,
        response: { 200: pollAnswer },
      },
    },
    async (request, reply) => {
      const runner = requireRunner(request.actor);
      const { current, open } = await requireHolder(desk.context.control, runner, request.body.holder_id);
      if (!current) throw sessionOver(open);
      // Fires also when the answer has been sent; nobody listens any more then.
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      touchRunner(desk.context, runner.runner_id, gone.signal);
      return pollForWork(desk, desk.context.isDraining() ? { ...request.body, wants: [] } : request.body, gone.signal);
    },
  );
}

function startRoute(app: App, desk: TaskDesk): void {
  app.post(
    '/tasks/:id/attempts/:epoch/start',
    {
      config,
      schema: {
        tags,
        operationId: 'startAttempt',
        summary: 'Start an attempt',
        params,
        body: shapes.startAttempt,
        response: { 200: z.object({ state: taskState }) },
      },
    },
    async (request) => {
      const ref = await refOf(desk, request.actor, request.params, request.body.holder_id);
      const started = await desk.start({ ...ref, lease_ttl_ms: desk.context.config.leaseTtlMs });
      if (!started) await explainRefusal(desk.context.control, desk.context.metrics, ref);
      desk.context.notify('events');
      return { state: 'running' as const };
    },
  );
}

function outcomeRoutes(app: App, desk: TaskDesk): void {
  const response = { 200: shapes.reportAnswer };
  app.post(
    '/tasks/:id/attempts/:epoch/complete',
    {
      bodyLimit: REPORT_BYTES,
      config: { ...config, errors: [...config.errors, 'result_too_large'] },
      schema: {
        tags,
        operationId: 'completeAttempt',
        summary: 'Report success',
        params,
        body: shapes.completeAttempt,
        response,
      },
    },
    async ({ actor, params, body: { holder_id, ...report } }) =>
      completeAttempt(desk, { ...(await refOf(desk, actor, params, holder_id)), ...report }),
  );
  app.post(
    '/tasks/:id/attempts/:epoch/fail',
    {
      config,
      schema: {
        tags,
        operationId: 'failAttempt',
        summary: 'Report failure',
        params,
        body: shapes.failAttempt,
        response,
      },
    },
    async ({ actor, params, body: { holder_id, ...report } }) =>
      failAttempt(desk, { ...(await refOf(desk, actor, params, holder_id)), ...report }),
  );
  app.post(
    '/tasks/:id/attempts/:epoch/release',
    {
      config,
      schema: {
        tags,
        operationId: 'releaseAttempt',
        summary: 'Hand an attempt back',
        description: 'As a draining runner does: the task is queued at once, and the attempt does not count.',
        params,
        body: shapes.releaseAttempt,
        response,
      },
    },
    async ({ actor, params, body }) => releaseAttempt(desk, await refOf(desk, actor, params, body.holder_id)),
  );
}

function logRoute(app: App, desk: TaskDesk): void {
  app.post(
    '/tasks/:id/attempts/:epoch/log',
    {
      config: { permission: 'attempt.report', shed: 'log', errors: ['lease_lost', 'log_line_too_large'] },
      schema: {
        tags,
        operationId: 'appendLog',
        summary: 'Append to the log of an attempt',
        params,
        body: shapes.appendLog,
        response: { 204: z.null().describe('appended') },
      },
    },
    async (request, reply) => {
      const ref = await refOf(desk, request.actor, request.params, request.body.holder_id);
      await appendLog(desk, ref, request.body.entries);
      return reply.code(204).send(null);
    },
  );
}
