import { z } from 'zod';
import { parkAccount } from '../agents/park-account.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-types.ts';
import { parseToken } from '../lib/token.ts';
import { requireRunner } from '../members/actor.ts';
import { closeSession } from './close-session.ts';
import { openSession } from './open-session.ts';
import { redeclareAgents } from './redeclare-agents.ts';
import { forgetHolders, requireHolder } from './require-holder.ts';
import { rotateRunnerCredential } from './rotate-credential.ts';
import {
  declareAgents,
  openSession as openSessionBody,
  parkAccount as parkAccountBody,
  runnerCredential,
  sessionView,
} from './schema.ts';

const tags = ['runners'];
const config = { permission: 'runner.session' } as const;

/** Routes of a runner's session: open, declare agents anew, park accounts, close; and the rotation of its credential. */
export function sessionRoutes(app: App, context: Context): void {
  openRoute(app, context);
  declareRoute(app, context);
  parkRoute(app, context);
  closeRoute(app, context);
  rotateRoute(app, context);
}

function openRoute(app: App, { db, config: { leaseTtlMs, longPollMs }, notify }: Context): void {
  app.post(
    '/runners/session',
    {
      config: { ...config, errors: ['not_found'] },
      schema: {
        operationId: 'openSession',
        summary: 'Open the session of a runner that has just started',
        description: 'The process before it is superseded, and the leases it still holds are given to other agents.',
        tags,
        body: openSessionBody,
        response: { 201: sessionView.describe('The session') },
      },
    },
    async ({ actor, body }, reply) => {
      const session = await openSession(db, requireRunner(actor), body);
      announce(notify);
      return reply.code(201).send({ ...session, lease_ttl_ms: leaseTtlMs, long_poll_ms: longPollMs });
    },
  );
}

function declareRoute(app: App, { db, config: { leaseTtlMs, longPollMs }, notify }: Context): void {
  app.put(
    '/runners/session',
    {
      config: { ...config, errors: ['session_superseded', 'not_found'] },
      schema: {
        operationId: 'declareAgents',
        summary: 'Replace what the session said of its agents',
        tags,
        body: declareAgents,
        response: { 200: sessionView.describe('The session') },
      },
    },
    async ({ actor, body }) => {
      const runner = requireRunner(actor);
      const agents = await redeclareAgents(db, runner, body);
      announce(notify);
      const { holder_id } = body;
      return { holder_id, runner_id: runner.runner_id, agents, lease_ttl_ms: leaseTtlMs, long_poll_ms: longPollMs };
    },
  );
}

function parkRoute(app: App, { db, notify }: Context): void {
  app.post(
    '/runners/accounts/park',
    {
      config: { ...config, errors: ['not_found'] },
      schema: {
        operationId: 'parkAccount',
        summary: 'Give no more work to the agents of an account whose limit is reached',
        description: 'Until the time given; of two times the later counts.',
        tags,
        body: parkAccountBody,
        response: { 204: z.undefined().describe('The account is parked') },
      },
    },
    async ({ actor, body: { holder_id, ...limit } }, reply) => {
      const runner = requireRunner(actor);
      await requireHolder(db, runner, holder_id);
      const { parked } = await parkAccount(db, runner, limit);
      if (parked) for (const topic of ['agents', 'events']) notify(topic);
      return reply.code(204).send();
    },
  );
}

function closeRoute(app: App, { db, notify }: Context): void {
  app.delete(
    '/runners/session',
    {
      config: { ...config, essential: true, errors: ['not_found'] },
      schema: {
        operationId: 'closeSession',
        summary: 'Close the session of a runner that stops; it is offline at once',
        tags,
        querystring: z.strictObject({ holder_id: z.uuid() }),
        response: { 204: z.undefined().describe('The session is closed') },
      },
    },
    async ({ actor, query }, reply) => {
      await closeSession(db, requireRunner(actor), query.holder_id);
      announce(notify);
      return reply.code(204).send();
    },
  );
}

function rotateRoute(app: App, { db, notify }: Context): void {
  app.post(
    '/runners/credentials/rotate',
    {
      config: { ...config, errors: ['not_found'] },
      schema: {
        operationId: 'rotateRunnerCredential',
        summary: 'Get a new credential; the one used for this request stays valid for 24 hours',
        tags,
        response: { 200: runnerCredential.describe('The new credential, which is shown this once') },
      },
    },
    async ({ actor, headers }) => {
      const runner = requireRunner(actor);
      // It was authenticated with this header, so it has the form of a credential.
      const { secret_hash } = parseToken(headers.authorization!.split(/ +/)[1]!)!;
      const credential = await rotateRunnerCredential(db, runner, secret_hash);
      // A secret that was replaced a second time is dead now, and may still be remembered.
      notify('credentials');
      notify('events');
      return { runner_id: runner.runner_id, credential };
    },
  );
}

function announce(notify: Context['notify']): void {
  forgetHolders();
  for (const topic of ['runners', 'agents', 'work', 'events']) notify(topic);
}
