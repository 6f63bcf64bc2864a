import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { AppError } from '../errors.ts';
import type { JsonValue } from '../lib/schema.ts';
import { requireUsableSchema, resultProblem } from './result-schema.ts';

const fleet = await testFleet();

describe('a result is held against its schema', () => {
  const PERSON = { type: 'object', required: ['name'], properties: { name: { type: 'string' }, age: { minimum: 0 } } };

  test.each<[string, JsonValue, JsonValue, string | null]>([
    ['one that satisfies it', PERSON, { name: 'Ada', age: 36 }, null],
    ['one without a field', PERSON, { age: 36 }, "result must have required property 'name'"],
    ['one with a bad field', PERSON, { name: 'Ada', age: -1 }, 'result.age must be >= 0'],
    ['one of another type', { type: 'number' }, 'seven', 'result must be number'],
    ['none at all', { type: 'object' }, null, 'result must be object'],
    ['anything, when all is allowed', true, { a: [1] }, null],
    ['anything, when nothing is', false, 1, 'result boolean schema is false'],
    ['a pattern that matches', { pattern: '^v[0-9]+$' }, 'v12', null],
    ['a pattern that does not', { pattern: '^v[0-9]+$' }, 'x', 'result must match pattern "^v[0-9]+$"'],
    [
      'two patterns of which the second does not match',
      { allOf: [{ pattern: 'a' }, { pattern: 'b' }] },
      'a',
      'result must match pattern "b"',
    ],
    [
      'a key that no pattern allows',
      { patternProperties: { '^x': true }, additionalProperties: false },
      { y: 1 },
      'result must NOT have additional properties',
    ],
    [
      'a field that every object inherits',
      { required: ['toString'] },
      {},
      "result must have required property 'toString'",
    ],
    [
      'a schema that names its dialect',
      { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'null' },
      null,
      null,
    ],
  ])('%s', async (_what, schema, result, problem) => {
    expect(await resultProblem(schema, result)).toBe(problem);
  });
});

describe('a schema is refused with invalid_schema when it', () => {
  test.each<[string, JsonValue, RegExp]>([
    ['is not a schema', { type: 'nonsense' }, /type must be equal to one of/],
    ['refers to somewhere else', { $ref: 'https://example.com/x.json' }, /can't resolve reference/],
    ['looks back in a pattern', { pattern: '(a)\\1' }, /invalid escape sequence/],
    ['looks ahead in a pattern', { pattern: '(?=a)' }, /Perl/],
    ['repeats without measure in a pattern', { pattern: '((a{1000}){1000}){1000}' }, /invalid repeat count/],
    ['answers later', { $async: true, type: 'number' }, /\$async is not supported/],
    [
      'is written for another draft',
      { $schema: 'http://json-schema.org/draft-04/schema#' },
      /no schema with key or ref/,
    ],
    ['is over 32 KiB', { description: 'x'.repeat(32_768) }, /over 32 KiB/],
    ['is over 32 KiB in letters of three bytes', { description: '€'.repeat(11_000) }, /over 32 KiB/],
  ])('%s', async (_what, schema, reason) => {
    const refused: unknown = await requireUsableSchema(schema).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({ code: 'invalid_schema', message: expect.stringMatching(reason) });
  });
});

describe('a check that would take for ever [B5]', () => {
  /** Each of `levels` asks twice for the one below it: 2^levels looks at one result. */
  const doubling = (levels: number): JsonValue => ({
    $ref: '#/$defs/d0',
    $defs: Object.fromEntries(
      Array.from({ length: levels }, (_, at) => {
        const below = { $ref: at + 1 < levels ? `#/$defs/d${at + 1}` : '#/$defs/end' };
        return [`d${at}`, { allOf: [below, below] }];
      }).concat([['end', { type: 'object' } as never]]),
    ),
  });

  test('holds up neither this process nor those who come after it', async () => {
    let turns = 0;
    const heart = setInterval(() => turns++, 10);
    const [endless, next] = await Promise.all([resultProblem(doubling(60), {}), resultProblem({ type: 'object' }, {})]);
    clearInterval(heart);
    expect([endless, next]).toEqual(['result could not be checked within 5000 ms', null]);
    expect(turns).toBeGreaterThan(100);
  });

  test('because the schema refers to itself is a problem of the result', async () => {
    expect(await resultProblem({ $ref: '#' }, {})).toBe('could not be checked: Maximum call stack size exceeded');
  });

  test('with another engine: evil patterns, over a long text, run in linear time', async () => {
    const evil = `${'a'.repeat(50_000)}b`;
    expect(await resultProblem({ pattern: '^(a+)+$' }, evil)).toBe('result must match pattern "^(a+)+$"');
    expect(await resultProblem({ pattern: '(a|a)*c' }, evil)).toBe('result must match pattern "(a|a)*c"');
  });
});

test('a result that breaks the schema of its task fails it as invalid, though attempts are left, and can be repeated [T8]', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({ result_schema: { type: 'number' }, max_attempts: 5 });
  const grant = await agent.begin();
  expect(await agent.complete(grant, 'text')).toEqual({ state: 'failed', duplicate: false });
  expect(await agent.complete(grant, 'text')).toEqual({ state: 'failed', duplicate: true });
  expect(await project.read(id)).toMatchObject({
    state: 'failed',
    reason: 'invalid',
    result: null,
    error: { code: 'invalid', message: 'result must be number' },
  });
});

test('a result that satisfies the schema of its task is kept', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({ result_schema: { type: 'number' } });
  expect(await agent.complete(await agent.begin(), 7)).toEqual({ state: 'succeeded', duplicate: false });
  expect(await project.read(id)).toMatchObject({ state: 'succeeded', result: 7 });
});

test('a task whose schema is unusable is not accepted', async () => {
  const project = await fleet.project();
  await expect(project.task({ result_schema: { type: 'nonsense' } })).rejects.toMatchObject({ code: 'invalid_schema' });
});
