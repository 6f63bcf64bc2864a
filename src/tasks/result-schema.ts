import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { AppError } from '../errors.ts';
import type { JsonValue } from '../lib/schema.ts';

const MOST_BYTES = 32_768;

/**
 * Compiles a caller's JSON Schema (2020-12). Patterns run on RE2, in linear time, so that no schema can hold the event
 * loop. Refuses with invalid_schema: not a schema, over 32 KiB, a pattern RE2 does not know, a `$ref` to elsewhere.
 */
export function compileResultSchema(schema: JsonValue): ValidateFunction {
  if (JSON.stringify(schema).length > MOST_BYTES) throw new AppError('invalid_schema', 'result_schema is over 32 KiB.');
  try {
    return new Ajv2020({
      strict: false,
      validateFormats: false,
      logger: false,
      code: { regExp: linearRegExp },
    }).compile(schema as object | boolean);
  } catch (cause) {
    throw new AppError('invalid_schema', `result_schema is not usable: ${(cause as Error).message}`, { cause });
  }
}

/** What of the result breaks the schema, in one sentence; null when it satisfies it. */
export function resultProblem(schema: JsonValue, result: JsonValue): string | null {
  const validate = compileResultSchema(schema);
  if (validate(result)) return null;
  const { instancePath, message } = validate.errors![0]!;
  return `result${instancePath.replaceAll('/', '.')} ${message}`;
}

/** Ajv asks for an object with `test`; its declared type wants the whole of RegExp. */
const linearRegExp = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    return { test: (text: string) => compiled.matcher(text).find() } as unknown as RegExp;
  },
  { code: 'linearRegExp' },
);
