import { z } from 'zod';
import type { Grant } from '../../../tasks/attempt-schema.ts';

const session = z.object({ kind: z.literal('acp'), agent: z.string(), id: z.string(), cwd: z.string() });

/** What an attempt leaves so that a later one can go on with its session. */
export type EarlierSession = z.infer<typeof session>;

/** The session that a task goes on with; undefined when it goes on with none, or with one of another kind of agent. */
export const earlierSession = ({ continues }: Pick<Grant, 'continues'>): EarlierSession | undefined =>
  session.safeParse(continues?.session).data;
