import type { ValidateFunction } from 'ajv/dist/2020.js';
import type { RE2JS } from 're2js';
import { AppError } from '../errors.ts';
import type { JsonValue } from '../lib/schema.ts';

const MOST_BYTES = 32_768;

/**
 * Compiles a caller's JSON Schema (2020-12). Patterns run on RE2, in linear time, so that no schema can hold the event
 * loop. Refuses with invalid_schema: not a schema, over 32 KiB, a pattern RE2 does not know, a `$ref` to elsewhere.
 */
export async function compileResultSchema(schema: JsonValue): Promise<ValidateFunction> {
  if (JSON.stringify(schema).length > MOST_BYTES) throw new AppError('invalid_schema', 'result_schema is over 32 KiB.');
  // Loaded with the first schema: 18 MiB that most servers never need.
  const [{ Ajv2020 }, { RE2JS }] = await Promise.all([import('ajv/dist/2020.js'), import('re2js')]);
  try {
    return new Ajv2020({
      strict: false,
      validateFormats: false,
      logger: false,
      code: { regExp: linearRegExp(RE2JS) },
    }).compile(schema as object | boolean);
  } catch (cause) {
    throw new AppError('invalid_schema', `result_schema is not usable: ${(cause as Error).message}`, { cause });
  }
}

/** What of the result breaks the schema, in one sentence; null when it satisfies it. */
export async function resultProblem(schema: JsonValue, result: JsonValue): Promise<string | null> {
  const validate = await compileResultSchema(schema);
  if (validate(result)) return null;
  const { instancePath, message } = validate.errors![0]!;
  return `result${instancePath.replaceAll('/', '.')} ${message}`;
}

/** Ajv asks for an object with `test`; its declared type wants the whole of RegExp. */
const linearRegExp = (re2: typeof RE2JS) =>
  Object.assign(
    (pattern: string) => {
      const compiled = re2.compile(pattern);
      return { test: (text: string) => compiled.matcher(text).find() } as unknown as RegExp;
    },
    { code: 'linearRegExp' },
  );
