import fc from 'fast-check';
import type { JsonSchema } from './operations.ts';

/** Numbers and texts that break what was not written for them. */
const WILD = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    '\u0000',
    '\ud800',
    '../../etc/passwd',
    "'; drop table tasks; --",
    '%00',
    '{}',
  ),
  fc.constantFrom<unknown>(-1, 0, 1e308, -1e308, 2 ** 53, 2 ** 31, 0.1, [], {}, [[[[]]]], { __proto__: null }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constant('x'.repeat(70_000)),
);

/** Values that mostly fit `schema`, with here and there something that does not. */
export function arbitraryOf(schema: JsonSchema, schemas: Record<string, JsonSchema>, depth = 0): fc.Arbitrary<unknown> {
  const fitting = depth > 5 ? WILD : fittingOf(schema, schemas, depth);
  return fc.oneof({ arbitrary: fitting, weight: 6 }, { arbitrary: WILD, weight: 1 });
}

function fittingOf(schema: JsonSchema, schemas: Record<string, JsonSchema>, depth: number): fc.Arbitrary<unknown> {
  const of = (one: JsonSchema) => arbitraryOf(one, schemas, depth + 1);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (schema.$ref) return of(schemas[schema.$ref.split('/').at(-1)!]!);
  if (choices) return fc.oneof(...choices.map(of));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  return byType([schema.type].flat()[0], schema, of);
}

function byType(
  type: string | undefined,
  { properties, required = [], items }: JsonSchema,
  of: (one: JsonSchema) => fc.Arbitrary<unknown>,
) {
  if (type === 'object' && properties) {
    const fields = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, of(one)]));
    return fc.record(fields, { requiredKeys: required });
  }
  if (type === 'array') return fc.array(items ? of(items) : WILD, { maxLength: 5 });
  if (type === 'string') return fc.string({ maxLength: 40 });
  if (type === 'boolean') return fc.boolean();
  return type === 'integer' || type === 'number' ? fc.integer() : WILD;
}
