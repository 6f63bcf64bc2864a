import { expect, test } from 'vitest';
import { z } from 'zod';
import { labels } from '../agents/schema.ts';
import { AppError } from '../errors.ts';
import { validateWithZod } from './validate.ts';

const shape = z.strictObject({ labels: labels.optional() });

function errorsOf(body: unknown): { path: string; message: string }[] {
  const { error } = validateWithZod({ schema: shape } as never)(body) as { error: unknown };
  return error instanceof AppError ? (error.extras.errors ?? []) : [];
}

const fields = (count: number, name: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, 1]));

test('the first hundred fields that are wrong are named, not a megabyte of them [A3]', () => {
  const errors = errorsOf(fields(5000, 'k'));
  expect(errors).toHaveLength(100);
  expect(errors[0]).toEqual({ path: 'k0', message: 'unknown field' });
});

test('too many labels are counted and not looked at, each being wrong', () => {
  expect(errorsOf({ labels: fields(51, '!') })).toEqual([{ path: 'labels', message: 'at most 50 labels' }]);
  expect(errorsOf({ labels: fields(2, '!') })).toHaveLength(2);
  expect(errorsOf({ labels: { team: 'a' } })).toEqual([]);
});
