import { z } from 'zod';
import { pageQuery } from '../lib/schema.ts';

const option = z.strictObject({
  id: z.string().min(1).max(100),
  name: z.string().min(1).max(500).describe('what a person reads'),
});

const answer = z
  .strictObject({
    option: z.string().min(1).max(100).optional().describe('id of one of the options'),
    text: z.string().min(1).max(65_536).optional().describe('in own words, where the question takes them'),
  })
  .refine(({ option, text }) => (option === undefined) !== (text === undefined), 'expected either `option` or `text`')
  .meta({ id: 'Answer' });

/** What a running attempt asks. Without options it takes text. */
export const askQuestion = z
  .strictObject({
    key: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'asked again with this key, also by a later attempt, it is the same question; default: made of the rest. A request for permission is the same only when the rest is the same too',
      ),
    kind: z.enum(['question', 'permission']).default('question'),
    title: z.string().min(1).max(500),
    detail: z.string().max(65_536).optional(),
    options: z.array(option).max(20).default([]),
    allow_text: z.boolean().optional().describe('default: true when there are no options'),
    default_answer: answer.optional().describe('the answer when it expires'),
    expires_in_ms: z
      .number()
      .int()
      .min(1000)
      .max(30 * 86_400_000)
      .optional()
      .describe('after this it is answered by `default_answer`, or expires without one; default: never'),
  })
  .meta({ id: 'AskQuestion' });
export type AskQuestion = z.infer<typeof askQuestion>;

export const answerQuestion = answer;
export type Answer = z.infer<typeof answer>;

const questionState = z.enum(['pending', 'answered', 'dismissed', 'expired']);

export const questionView = z
  .object({
    id: z.uuid(),
    task_id: z.uuid(),
    task_title: z.string(),
    project_id: z.uuid(),
    epoch: z.number().int(),
    kind: z.enum(['question', 'permission']),
    title: z.string(),
    detail: z.string().nullable(),
    options: z.array(option),
    allow_text: z.boolean(),
    state: questionState,
    answer: z.object({ option: z.string().optional(), text: z.string().optional() }).nullable(),
    default_answer: z
      .object({ option: z.string().optional(), text: z.string().optional() })
      .nullable()
      .describe('the answer when it expires'),
    answered_by: z.string().nullable().describe('who answered or dismissed it: `key:<id>`, `default` or `coordinator`'),
    answered_at: z.string().nullable(),
    asked_at: z.string(),
    expires_at: z.string().nullable(),
  })
  .meta({ id: 'Question' });
export type QuestionView = z.infer<typeof questionView>;

export const questionListQuery = pageQuery.extend({
  project: z.string().max(100).optional().describe('slug or id'),
  task: z.uuid().optional(),
  state: questionState.default('pending'),
});

/** How long a question's asker waits at a time. */
export const waitQuery = z.strictObject({ wait_ms: z.coerce.number().int().min(0).max(60_000).default(0) });
