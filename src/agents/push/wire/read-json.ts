import type { z } from 'zod';
import type { EgressAnswer } from '../../../lib/egress/egress.ts';
import { parseJson } from './parse-json.ts';
import { serverFailure } from './server-failure.ts';

export const JSON_TYPE = /\bjson\b/i;

/** The whole body of an answer as JSON of a shape. Refuses (ProviderError) an error object under 200, and any other shape. */
export async function readJson<T>({ body }: EgressAnswer, shape: z.ZodType<T>): Promise<T> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const head = text.slice(0, 65_536);
  const failure = /^\s*\{\s*"(error|object|detail)"/.test(head) ? serverFailure({ status: null, text: head }) : null;
  if (failure) throw failure;
  return parseJson(text, shape);
}
