import { parentPort } from 'node:worker_threads';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import type { JsonValue } from '../lib/schema.ts';
import type { Answer, Question } from './result-schema.ts';

/** Validators compiled lately, by the text of their schema: compiling takes 20 ms, checking less than one. */
const compiled = new Map<string, ValidateFunction>();
const MOST = 100;

/**
 * Ajv asks for an object with `test`; its declared type wants the whole of RegExp. It tells patterns apart by their
 * text: without a `toString` of its own, every pattern of a schema was taken for the first one.
 */
const linearRegExp = Object.assign(
  (pattern: string) => {
    const matcher = RE2JS.compile(pattern);
    const test = (text: string): boolean => matcher.matcher(text).find();
    return { test, toString: () => `/${pattern}/` } as unknown as RegExp;
  },
  { code: 'linearRegExp' },
);

function compile(schema: JsonValue): ValidateFunction {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known) return known;
  const ajv = new Ajv2020({
    strict: false,
    validateFormats: false,
    ownProperties: true,
    logger: false,
    code: { regExp: linearRegExp },
  });
  const validate = ajv.compile(schema as object | boolean);
  // Its answer would be a promise, which is true whatever becomes of it.
  if ('$async' in validate) throw new Error('$async is not supported');
  if (compiled.size >= MOST) compiled.delete(compiled.keys().next().value!);
  compiled.set(text, validate);
  return validate;
}

function answer({ schema, result }: Question): Answer {
  const validate = compileOrSay(schema);
  if (typeof validate === 'string') return { unusable: validate };
  if (result === undefined) return { problem: null };
  try {
    return { problem: validate(result) ? null : problemOf(validate) };
  } catch (error) {
    // Such as a schema that refers to itself without end.
    return { problem: `could not be checked: ${(error as Error).message}` };
  }
}

function compileOrSay(schema: JsonValue): ValidateFunction | string {
  try {
    return compile(schema);
  } catch (error) {
    return (error as Error).message;
  }
}

function problemOf({ errors }: ValidateFunction): string {
  const { instancePath, message } = errors![0]!;
  return `result${instancePath.replaceAll('/', '.')} ${message}`;
}

parentPort!.on('message', (question: Question) => parentPort!.postMessage(answer(question)));
parentPort!.postMessage('ready');
