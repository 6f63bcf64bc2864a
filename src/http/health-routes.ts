import type { FastifyReply } from 'fastify';
import type { Context } from '../context.ts';
import { shared } from '../lib/shared.ts';
import type { App } from './app-types.ts';
import { openHealth } from './health.ts';
import { type HealthView, healthView, probeView } from './health-schema.ts';
import type { Load } from './load.ts';
import { findObstacle } from './readiness.ts';

const KEEP_MS = 500;
const STARTING = 'This replica is starting: it waits for its database.';
const tags = ['health'];
const config = { permission: 'public', essential: true } as const;

/**
 * Probes for orchestrators (/livez, /readyz, /startupz) and the operator's page (/health, /api/health): 200 when well,
 * 503 with the reason when not. /livez never asks the database: an outage must not restart the fleet.
 */
export function healthRoutes(app: App, context: Context, load: Load): void {
  const readHealth = shared(openHealth(context, load), KEEP_MS);
  app.decorate('readHealth', readHealth);
  tellComponents(context, readHealth);
  probeRoutes(app, context);
  pageRoutes(app, readHealth);
}

/** Has the metrics tell which components are operational. */
function tellComponents({ metrics }: Context, readHealth: () => Promise<HealthView>): void {
  metrics.addSource(['health_component_up'], async () => {
    const components = Object.entries((await readHealth()).components);
    const up = components.map(([component, { status }]) => ({
      labels: { component },
      value: Number(status === 'operational'),
    }));
    return { health_component_up: up };
  });
}

function probeRoutes(app: App, context: Context): void {
  const askObstacle = shared(() => findObstacle(context), KEEP_MS);
  const alive = { 200: probeView.describe('It is') };
  app.get(
    '/livez',
    { config, schema: { tags, operationId: 'isAlive', summary: 'Whether the process answers', response: alive } },
    async () => ({ status: 'ok' as const }),
  );

  const started = { ...alive, 503: probeView.describe('It waits for its database, for as long as that takes') };
  app.get(
    '/startupz',
    { config, schema: { tags, operationId: 'hasStarted', summary: 'Whether it has started', response: started } },
    async (_request, reply) => {
      if (context.isStarted()) return { status: 'ok' as const };
      return unwell(reply).send({ status: 'not_ready', detail: STARTING });
    },
  );

  const ready = { 200: probeView.describe('It should'), 503: probeView.describe('It should not; `detail` says why') };
  app.get(
    '/readyz',
    { config, schema: { tags, operationId: 'isReady', summary: 'Whether it should get requests', response: ready } },
    async (_request, reply) => {
      // Not shared with answers from before: balancers have a few seconds to notice.
      const leaving = context.isLeaving() || context.isDraining();
      const detail = leaving ? 'This replica is shutting down.' : context.isStarted() ? await askObstacle() : STARTING;
      if (detail === null) return { status: 'ready' as const };
      return unwell(reply).send({ status: 'not_ready', detail });
    },
  );
}

function pageRoutes(app: App, readHealth: () => Promise<HealthView>): void {
  const response = {
    200: healthView.describe('All is well'),
    503: healthView.describe('Something is not; it says what'),
  };
  for (const [path, operationId] of [
    ['/health', 'getHealth'],
    ['/api/health', 'getApiHealth'],
  ] as const) {
    app.get(
      path,
      { config, schema: { tags, operationId, summary: 'How every part does, and whether work moves', response } },
      async (_request, reply) => {
        const view = await readHealth();
        return view.status === 'healthy' ? view : unwell(reply).send(view);
      },
    );
  }
}

const unwell = (reply: FastifyReply) => reply.code(503).header('retry-after', '5');
