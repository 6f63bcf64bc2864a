import { z } from 'zod';
import { type AppError, ERRORS, type ErrorCode } from '../errors.ts';

/** How every refusal is answered (RFC 9457), with Content-Type application/problem+json. */
export const problem = z
  .looseObject({
    type: z.string().describe('urn:whoosh:error:<code>'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('one sentence for the person who meets it'),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    request_id: z.string().describe('stands in the log of the server'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .describe('one entry for every field that was wrong'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;

/** The document that tells of `error`. Nothing but its sentence, fields and named members gets out: no cause, no stack. */
export function toProblem({ code, status, message, extras }: AppError, requestId: string): Problem {
  return {
    type: `urn:whoosh:error:${code}`,
    title: titleOf(code),
    status,
    detail: message,
    code,
    request_id: requestId,
    errors: extras.errors ?? [],
    ...extras.members,
  };
}

const titleOf = (code: string): string => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ');
