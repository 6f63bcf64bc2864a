import { z } from 'zod';

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a slug: a-z, 0-9 and inner hyphens, at most 63')
  // A slug that looks like an id could hide the project of that id.
  .refine((text) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text), 'must not look like an id');

export const createProject = z
  .strictObject({
    slug,
    name: z.string().min(1).max(200).optional().describe('default: the slug'),
    weight: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe('share of the fleet when several projects have work: twice the weight, twice the running tasks'),
    max_unfinished_tasks: z.number().int().min(1).max(2_000_000_000).default(10_000),
  })
  .meta({ id: 'CreateProject' });
export type CreateProject = z.infer<typeof createProject>;

export const projectView = z
  .object({
    id: z.uuid(),
    number: z.number().int(),
    slug: z.string(),
    name: z.string(),
    weight: z.number().int(),
    max_unfinished_tasks: z.number().int(),
    created_at: z.string(),
  })
  .meta({ id: 'Project' });
export type ProjectView = z.infer<typeof projectView>;
