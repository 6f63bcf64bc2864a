import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { AppError } from '../errors.ts';

/** Whoever has more to correct sees the rest next time: a megabyte of unknown fields was answered with four. */
const MOST_TOLD = 100;

type FieldError = { path: string; message: string };

/**
 * Checks body, query and parameters against their zod schemas. Refuses with `invalid_request`, naming the fields that are
 * wrong, unknown ones among them; the first 100 of them.
 */
export const validateWithZod: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart = 'body' }) =>
  (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    return { error: invalidRequest(result.error, httpPart === 'querystring' ? 'query' : httpPart) };
  };

function invalidRequest(error: z.ZodError, part: string): AppError {
  const told = error.issues.slice(0, MOST_TOLD).flatMap((issue) => fieldErrors(issue, part));
  const errors = told.slice(0, MOST_TOLD);
  const names = [...new Set(errors.map(({ path }) => path))];
  const shown = names.slice(0, 10).join(', ') + (names.length > 10 ? ' ...' : '');
  return new AppError('invalid_request', `Not as documented: ${shown}.`, { errors });
}

function fieldErrors(issue: z.core.$ZodIssue, part: string): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_TOLD).map((key) => ({ path: [...path, key].join('.'), message: 'unknown field' }));
  }
  return [{ path: path.join('.') || part, message: issue.message }];
}
