import { z } from 'zod';

const count = z.number().int();

/** The shape of the system before this one, and nothing more. */
export const statusView = z
  .object({
    system: z.object({
      status: z.enum(['operational', 'degraded']).describe('of this replica, as /health says'),
      uptime: count.describe('seconds since this replica started'),
      version: z.string(),
    }),
    agents: z.object({
      total: count,
      available: count.describe('reachable, taking work, with a free slot'),
      busy: count.describe('reachable, taking work, without a free slot'),
      details: z
        .array(
          z.object({
            name: z.string().describe('`runner/agent`, or the name of a model server'),
            kind: z.string(),
            status: z.string(),
            slots: z.object({ used: count, total: count }),
          }),
        )
        .describe('the 1000 oldest'),
    }),
    tasks: z
      .object({
        total: count.describe('all of them, those that were cancelled too'),
        pending: count.describe('waiting or queued'),
        running: count.describe('leased or running'),
        completed: count.describe('succeeded'),
        failed: count.describe('failed or expired'),
      })
      .describe('ever, also those that retention has dropped; an end is counted within seconds'),
  })
  .meta({ id: 'Status' });
export type StatusView = z.infer<typeof statusView>;
