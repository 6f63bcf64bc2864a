import { z } from 'zod';

const ROLES = ['admin', 'developer', 'viewer'] as const;
const role = z.enum(ROLES);
export type Role = z.infer<typeof role>;

const YEAR_MS = 31_622_400_000;

export const createKey = z
  .strictObject({
    name: z.string().min(1).max(100).describe('what or whom it is for'),
    role,
    project: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('slug or id: the key is for this project only; default: the project of your key, else all'),
    ttl_ms: z
      .number()
      .int()
      .min(60_000)
      .max(10 * YEAR_MS)
      .optional()
      .describe('how long it is valid; default: for ever'),
  })
  .meta({ id: 'CreateKey' });
export type CreateKey = z.infer<typeof createKey>;

export const keyView = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role,
    project_id: z.uuid().nullable().describe('null: every project'),
    created_at: z.string(),
    expires_at: z.string().nullable(),
    previous_secret_until: z.string().nullable().describe('until when the secret before the last rotation is valid'),
    revoked_at: z.string().nullable(),
  })
  .meta({ id: 'Key' });
export type KeyView = z.infer<typeof keyView>;

export const newKey = keyView
  .extend({ secret: z.string().describe('whk_..., shown this once') })
  .meta({ id: 'NewKey' });
