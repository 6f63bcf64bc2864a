import { z } from 'zod';
import { agentDeclaration, word } from '../agents/schema.ts';
import { attemptRef, directive, grant } from '../tasks/attempt-schema.ts';
import { timestamp } from '../tasks/schema.ts';

const agents = z
  .array(agentDeclaration)
  .max(200)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'two agents have the same name');

export const createEnrolment = z
  .strictObject({
    project: z
      .string()
      .max(100)
      .optional()
      .describe('slug or id: the runner serves this project only; default: every project'),
    ttl_ms: z.number().int().min(60_000).max(86_400_000).default(3_600_000).describe('how long the token may be used'),
  })
  .meta({ id: 'CreateEnrolment' });
export const enrolmentView = z
  .object({ token: z.string().describe('shown this once'), expires_at: z.string() })
  .meta({ id: 'Enrolment' });

export const enrolRunner = z.strictObject({ token: z.string().max(200), name: word }).meta({ id: 'EnrolRunner' });
/** Also the answer of a rotation: the old secret stays valid for 24 hours. */
export const runnerCredential = z
  .object({ runner_id: z.uuid(), credential: z.string().describe('whr_..., shown this once') })
  .meta({ id: 'RunnerCredential' });

/** Opens a session: one process start of a runner, which becomes a holder. Leases of its earlier process are given up. */
export const openSession = z
  .strictObject({
    version: z.string().max(100),
    hostname: z.string().max(255),
    os: z.string().max(100),
    agents,
  })
  .meta({ id: 'OpenSession' });
export type OpenSession = z.infer<typeof openSession>;
export const sessionView = z
  .object({
    holder_id: z.uuid(),
    runner_id: z.uuid(),
    agents: z.array(z.object({ id: z.uuid(), name: z.string() })),
    lease_ttl_ms: z.number().int(),
    long_poll_ms: z.number().int().describe('longest useful wait_ms'),
  })
  .meta({ id: 'Session' });

export type SessionView = z.infer<typeof sessionView>;

/** Replaces what the session said of its agents (readiness, labels, slots). */
export const declareAgents = z.strictObject({ holder_id: z.uuid(), agents }).meta({ id: 'DeclareAgents' });

/** The account of a provider that agents of this runner work on has used up its limit. */
export const parkAccount = z
  .strictObject({
    holder_id: z.uuid(),
    account: word,
    parked_until: timestamp.describe('when the limit is lifted; 31 days ahead at most'),
    reason: z.string().min(1).max(500).describe('what the agent said, for people'),
  })
  .meta({ id: 'ParkAccount' });

/**
 * The one channel of a runner: heartbeat for what it holds, request for work, and news of cancels. Answers at once when
 * there is work or a directive other than continue, else after `wait_ms`.
 */
export const poll = z
  .strictObject({
    holder_id: z.uuid(),
    attempts: z.array(attemptRef).max(1000).describe('every attempt the runner holds; each lease is renewed'),
    wants: z
      .array(z.strictObject({ agent_id: z.uuid(), slots: z.number().int().min(1).max(1000) }))
      .max(200)
      .describe('free slots by agent'),
    wait_ms: z.number().int().min(0).max(120_000).default(0),
  })
  .meta({ id: 'Poll' });
export const pollAnswer = z
  .object({
    lease_ttl_ms: z.number().int(),
    directives: z.array(directive).describe('one for every attempt in the request'),
    grants: z.array(grant),
  })
  .meta({ id: 'PollAnswer' });

export const runnerView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    project_id: z.uuid().nullable(),
    version: z.string().nullable(),
    hostname: z.string().nullable(),
    os: z.string().nullable(),
    online: z.boolean(),
    last_seen_at: z.string().nullable(),
    agents: z.number().int(),
    created_at: z.string(),
  })
  .meta({ id: 'Runner' });
export type RunnerView = z.infer<typeof runnerView>;
