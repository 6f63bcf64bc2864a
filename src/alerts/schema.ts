import { z } from 'zod';
import { pageQuery } from '../lib/schema.ts';

/** From which states an alert may be changed by a person. */
export const ALERT_MOVES = {
  acknowledge: ['open'],
  resolve: ['open', 'acknowledged'],
} as const satisfies Record<string, readonly AlertState[]>;

const alertState = z.enum(['open', 'acknowledged', 'resolved']);
type AlertState = z.infer<typeof alertState>;

const delivery = z.object({
  id: z.uuid().describe('given to the receiver with every try'),
  notifier: z.string(),
  attempts: z.number().int(),
  delivered_at: z.string().nullable(),
  gave_up_at: z.string().nullable(),
  next_attempt_at: z.string().nullable().describe('null when there will be none'),
  answer: z.string().nullable().describe('what the receiver said to the last try, or why there was no answer'),
});

export const alertView = z
  .object({
    id: z.uuid(),
    rule: z.string(),
    subject: z.string().describe('what it is about: the id of an agent, a component of a replica ...'),
    project_id: z.uuid().nullable().describe('null: it concerns the whole fleet'),
    severity: z.enum(['warning', 'critical']),
    state: alertState,
    summary: z.string(),
    detail: z.string().nullable(),
    opened_at: z.string(),
    last_seen_at: z.string().describe('when a replica last saw that the condition holds'),
    count: z.number().int().describe('how often it has opened; again within the cool-down it is the same alert'),
    notified_at: z.string().nullable(),
    acknowledged_at: z.string().nullable(),
    acknowledged_by: z.string().nullable(),
    resolved_at: z.string().nullable(),
    resolved_by: z.string().nullable().describe('`key:<id>`, or `coordinator` when it was over by itself'),
    runbook: z.string().describe('what to do, in the documentation'),
  })
  .meta({ id: 'Alert' });
export type AlertView = z.infer<typeof alertView>;

export const alertDetailView = alertView
  .extend({ deliveries: z.array(delivery).describe('whom it was told to; empty for a key of one project') })
  .meta({ id: 'AlertDetail' });
export type AlertDetailView = z.infer<typeof alertDetailView>;

export const alertListQuery = pageQuery.extend({
  project: z.string().max(100).optional().describe('slug or id'),
  rule: z.string().max(100).optional(),
  state: z
    .enum(['unresolved', ...alertState.options, 'all'])
    .default('unresolved')
    .describe('unresolved: open or acknowledged'),
});

/** What each notifier's receiver said to a test notification. */
export const testedNotifiers = z
  .object({
    notifiers: z.array(z.object({ notifier: z.string(), delivered: z.boolean(), answer: z.string() })),
  })
  .meta({ id: 'TestedNotifiers' });
