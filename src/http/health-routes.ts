import type { FastifyReply, FastifySchema } from 'fastify';
import type { Context } from '../context.ts';
import { migrationStatus } from '../db/migration-status.ts';
import { VERSION } from '../lib/version.ts';
import type { App } from './app-types.ts';
import { checkHealth } from './health.ts';
import type { Load } from './load.ts';

const READY_LIMIT_MS = 5000;
const config = { permission: 'public', essential: true } as const;
const schema = { hide: true } as FastifySchema;

/**
 * Probes for orchestrators (/livez, /readyz, /startupz) and the operator's page (/health, /api/health): 200 when well,
 * 503 with the reason when not. /livez never asks the database: an outage must not restart the fleet.
 */
export function healthRoutes(app: App, context: Context, load: Load): void {
  app.get('/livez', { config, schema }, () => ({ status: 'ok' }));
  // This process listens only once it has started.
  app.get('/startupz', { config, schema }, () => ({ status: 'ok' }));
  app.get('/readyz', { config, schema }, async (_request, reply) => {
    const problem = await notReady(context, load);
    return answer(reply, problem === null, {
      status: problem === null ? 'ready' : 'not_ready',
      ...(problem && { detail: problem }),
    });
  });
  for (const path of ['/health', '/api/health']) {
    app.get(path, { config, schema }, async (_request, reply) => {
      const { ok, components } = await checkHealth(context, load);
      const status = ok ? 'healthy' : 'degraded';
      return answer(reply, ok, { status, version: VERSION, timestamp: new Date().toISOString(), components });
    });
  }
}

const answer = (reply: FastifyReply, ok: boolean, body: object) =>
  reply
    .code(ok ? 200 : 503)
    .headers({ 'cache-control': 'no-store', ...(!ok && { 'retry-after': '5' }) })
    .send(body);

async function notReady(context: Context, load: Load): Promise<string | null> {
  if (context.isLeaving() || context.isDraining()) return 'This replica is shutting down.';
  if (load.sheds('submit')) return `This replica is overloaded: ${load.problem()}`;
  try {
    await context.db.ping(READY_LIMIT_MS);
    const { pending } = await migrationStatus(context.db);
    return pending.length ? `The schema lacks ${pending.join(', ')}: run whoosh db migrate.` : null;
  } catch (error) {
    // Not answering is the answer.
    return (error as Error).message;
  }
}
