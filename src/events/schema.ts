import { z } from 'zod';

/** After one of these nothing more happens to the task. */
export const TERMINAL_EVENTS = ['task.succeeded', 'task.failed', 'task.cancelled', 'task.expired'];

export const eventView = z
  .object({
    id: z.string().describe('grows; send it as Last-Event-ID to go on after this event'),
    type: z.string().describe('<noun>.<what happened to it>'),
    at: z.string(),
    project_id: z.uuid().nullable(),
    task_id: z.uuid().nullable(),
    actor: z.string().describe('key:<id>, runner:<id>, attempt:<task>/<epoch>, enrolment:<id>, coordinator or server'),
    data: z.unknown(),
  })
  .meta({ id: 'Event' });
export type EventView = z.infer<typeof eventView>;

export const eventQuery = z.strictObject({
  project: z.string().max(100).optional().describe('slug or id'),
  type: z.string().max(100).optional().describe('this type only, or with a trailing dot all of a noun: `task.`'),
});

const PLACE = /^(\d{1,18}-)?\d{1,20}-\d{1,19}$/;

/** xid8 is 64 bits without a sign, bigint 63: beyond them PostgreSQL would refuse the numbers. */
function isPlace(id: string): boolean {
  if (!PLACE.test(id)) return false;
  const [xid, seq] = id.split('-').slice(-2).map(BigInt);
  return xid! < 2n ** 64n && seq! < 2n ** 63n;
}

export const lastEventId = z.object({
  'last-event-id': z
    .string()
    .refine(isPlace, 'expected the id of an earlier event')
    .optional()
    .describe('go on after this event'),
});
