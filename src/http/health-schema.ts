import { z } from 'zod';

const component = z.looseObject({
  status: z.enum(['operational', 'degraded']),
  detail: z.string().optional().describe('what is wrong'),
});
export type ComponentHealth = z.infer<typeof component>;

/** The operator's page: every part of the replica that answers, and whether work moves. */
export const healthView = z
  .object({
    status: z.enum(['healthy', 'degraded']).describe('healthy: every component is operational'),
    version: z.string(),
    timestamp: z.string(),
    components: z.object({
      api: component,
      database: component,
      coordinator: component,
      agents: component,
      event_stream: component,
    }),
  })
  .meta({ id: 'Health' });
export type HealthView = z.infer<typeof healthView>;

/** The answer of a probe. */
export const probeView = z
  .object({ status: z.enum(['ok', 'ready', 'not_ready']), detail: z.string().optional() })
  .meta({ id: 'Probe' });
