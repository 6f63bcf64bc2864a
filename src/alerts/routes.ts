import { z } from 'zod';
import type { Context } from '../context.ts';
import type { App, Routes } from '../http/app-types.ts';
import { readCursor, toPage } from '../http/page.ts';
import { pageOf } from '../lib/schema.ts';
import { actorName, requireOwn } from '../members/actor.ts';
import { resolveProject } from '../projects/resolve.ts';
import { acknowledgeAlert } from './acknowledge.ts';
import { countAlerts } from './count.ts';
import { listAlerts } from './list.ts';
import type { Notifier } from './notify/notifier.ts';
import type { Telling } from './notify/queue-deliveries.ts';
import { tellingOf } from './notify/telling-of.ts';
import { readAlert } from './read.ts';
import { resolveAlert } from './resolve.ts';
import { alertDetailView, alertListQuery, alertView, testedNotifiers } from './schema.ts';
import { testNotifiers } from './test-notifiers.ts';

const tags = ['alerts'];
const params = z.object({ id: z.uuid() });

/** What operators do with alerts, and their count among the metrics. A credential of one project meets those of that project. */
export const alertRoutes =
  (notifiers: Notifier[]): Routes =>
  (app, context) => {
    readRoutes(app, context);
    changeRoutes(app, context, tellingOf(context.config, notifiers));
    testRoute(app, notifiers);
    context.metrics.addSource(['alerts'], async () => {
      const counts = await countAlerts(context.control);
      return { alerts: counts.map(({ rule, state, count }) => ({ labels: { rule, state }, value: count })) };
    });
  };

function readRoutes(app: App, { db }: Context): void {
  app.get(
    '/alerts',
    {
      config: { permission: 'alert.read', shed: 'list' },
      schema: {
        tags,
        operationId: 'listAlerts',
        summary: 'List alerts, newest first',
        querystring: alertListQuery,
        response: { 200: pageOf(alertView) },
      },
    },
    async ({ actor, query: { project, rule = null, state, cursor, limit } }) => {
      const project_id = project ? (await resolveProject(db, actor, project)).id : actor.project_id;
      const after_id = readCursor(cursor, z.uuid()) ?? null;
      const rows = await listAlerts(db, { project_id, rule, state, after_id, limit: limit + 1 });
      return toPage(rows, limit, ({ id }) => id);
    },
  );

  app.get(
    '/alerts/:id',
    {
      config: { permission: 'alert.read' },
      schema: {
        tags,
        operationId: 'getAlert',
        summary: 'Show an alert and whom it was told to',
        params,
        response: { 200: alertDetailView },
      },
    },
    ({ actor, params: { id } }) => readAlert(db, id, actor.project_id),
  );
}

function changeRoutes(app: App, { db, notify }: Context, telling: Telling): void {
  app.post(
    '/alerts/:id/acknowledge',
    {
      config: { permission: 'alert.manage', errors: ['invalid_state'] },
      schema: {
        tags,
        operationId: 'acknowledgeAlert',
        summary: 'Say that somebody looks after an alert',
        params,
        response: { 200: alertView },
      },
    },
    async ({ actor, params: { id } }) => {
      const alert = await acknowledgeAlert(db, id, actor);
      notify('events');
      return alert;
    },
  );

  app.post(
    '/alerts/:id/resolve',
    {
      config: { permission: 'alert.manage' },
      schema: {
        tags,
        operationId: 'resolveAlert',
        summary: 'End an alert',
        description: 'While its condition holds it opens again, without being told anew within the cool-down.',
        params,
        response: { 200: alertView },
      },
    },
    async ({ actor, params: { id } }) => {
      const alert = await resolveAlert(db, id, actor, telling);
      notify('events');
      return alert;
    },
  );
}

function testRoute(app: App, notifiers: Notifier[]): void {
  app.post(
    '/alerts/test',
    {
      config: { permission: 'alert.manage' },
      schema: {
        tags,
        operationId: 'testNotifiers',
        summary: 'Send a test by every notifier, and tell what each receiver answered',
        description: 'Waits up to twenty seconds. Takes a key that is for all projects.',
        response: { 200: testedNotifiers },
      },
    },
    async ({ actor }) => {
      requireOwn(actor, null, 'the notifiers of this server');
      return { notifiers: await testNotifiers(notifiers, actorName(actor)) };
    },
  );
}
