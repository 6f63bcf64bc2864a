import type { Context } from '../context.ts';
import type { App } from '../http/app-types.ts';
import { shared } from '../lib/shared.ts';
import { VERSION } from '../lib/version.ts';
import { readFleet } from './read-fleet.ts';
import { statusView } from './schema.ts';
import { tellFleet } from './tell-fleet.ts';
import { tellPools } from './tell-pools.ts';
import { toStatus } from './to-status.ts';

/** One look serves all who ask meanwhile, and the metrics: at 100,000 unfinished tasks it takes the database some 20 ms. */
const KEEP_MS = 2000;

/**
 * GET /api/status, in the shape of the system before this one. There everybody could read it; counts and names of all
 * projects are for keys of all projects, and a key of one project sees what concerns it.
 * Has the metrics tell the same, and what they tell of this replica beside it.
 */
export function statusRoutes(app: App, context: Context): void {
  const look = shared(() => readFleet(context.db), KEEP_MS);
  tellFleet(context, look);
  tellPools(context);

  app.get(
    '/api/status',
    {
      config: { permission: 'agent.read', shed: 'list' },
      schema: {
        tags: ['health'],
        operationId: 'getStatus',
        summary: 'Agents and tasks in a few numbers',
        response: { 200: statusView },
      },
    },
    async ({ actor }) => {
      const [fleet, { status }] = await Promise.all([look(), app.readHealth()]);
      const system = {
        status: status === 'healthy' ? ('operational' as const) : ('degraded' as const),
        uptime: Math.round(process.uptime()),
        version: VERSION,
      };
      return { system, ...toStatus(fleet, actor.project_id) };
    },
  );
}
