import { z } from 'zod';

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'expected a slug: a-z, 0-9 and inner hyphens, at most 63')
  // A slug that looks like an id could hide the project of that id.
  .refine((text) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text), 'must not look like an id');

/** Kinds of tools as the Agent Client Protocol names them. */
const toolKind = z.enum([
  'read',
  'edit',
  'delete',
  'move',
  'search',
  'execute',
  'think',
  'fetch',
  'switch_mode',
  'other',
]);

/**
 * What an agent may do without asking. The first rule that fits decides; when none does, a person is asked.
 */
export const permissionRules = z
  .array(
    z.strictObject({
      action: z.enum(['allow', 'deny', 'ask']),
      tool: z.union([toolKind, z.literal('*')]).default('*'),
      path: z
        .string()
        .min(1)
        .max(500)
        .optional()
        .describe('glob that every path of the request matches, relative to the workspace; without it, any request'),
    }),
  )
  .max(100);
export type PermissionRules = z.infer<typeof permissionRules>;

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
    requires_approval: z.boolean().default(false).describe('every task waits until somebody approves it'),
    permission_rules: permissionRules.default([]),
  })
  .meta({ id: 'CreateProject' });
export type CreateProject = z.infer<typeof createProject>;

const { name, weight, max_unfinished_tasks } = createProject.shape;
/** What may be changed of a project; what is not given stays. */
export const updateProject = z
  .strictObject({
    name,
    weight: weight.removeDefault().optional(),
    max_unfinished_tasks: max_unfinished_tasks.removeDefault().optional(),
    requires_approval: z.boolean().optional().describe('of tasks submitted from now on'),
    permission_rules: permissionRules.optional(),
  })
  .meta({ id: 'UpdateProject' });
export type UpdateProject = z.infer<typeof updateProject>;

export const projectView = z
  .object({
    id: z.uuid(),
    number: z.number().int(),
    slug: z.string(),
    name: z.string(),
    weight: z.number().int(),
    max_unfinished_tasks: z.number().int(),
    requires_approval: z.boolean(),
    permission_rules: permissionRules,
    created_at: z.string(),
  })
  .meta({ id: 'Project' });
export type ProjectView = z.infer<typeof projectView>;
