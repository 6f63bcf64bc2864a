import { expect, test } from 'vitest';
import { z } from 'zod';
import { testApp } from '../../test/support/app.ts';
import { jsonValue } from '../lib/schema.ts';
import type { App } from './app-types.ts';
import { parseJson } from './json-body.ts';

function echoRoutes(app: App): void {
  const schema = { operationId: 'echo', body: z.strictObject({ title: z.string(), input: jsonValue.optional() }) };
  app.post('/echo', { config: { permission: 'public' }, schema }, ({ body }) => body);
}

async function send(body: string, headers: Record<string, string> = {}) {
  const { app } = await testApp({ routes: [echoRoutes] });
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/echo',
    headers: { 'content-type': 'application/json', 'x-request-id': 'r-1', ...headers },
    payload: body,
  });
  expect(answer.headers['x-request-id']).toBe('r-1');
  return answer;
}

test('a body that is not JSON is refused with malformed_json [B1]', async () => {
  const answer = await send('{"title": ');
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(answer.json()).toEqual({
    type: 'urn:whoosh:error:malformed_json',
    title: 'Malformed json',
    status: 400,
    detail: expect.stringMatching(/^The body is not JSON: /),
    code: 'malformed_json',
    request_id: 'r-1',
    errors: [],
  });
});

test('every field that is wrong is named, unknown fields among them [B2]', async () => {
  const answer = await send('{"titel": "x", "input": 1e20000}');
  expect(answer.json()).toMatchObject({
    status: 422,
    code: 'invalid_request',
    detail: 'Not as documented: title, input, titel.',
    errors: [
      { path: 'title', message: 'Invalid input: expected string, received undefined' },
      { path: 'input', message: 'a number is too large for a double: write it as a string' },
      { path: 'titel', message: 'unknown field' },
    ],
  });
});

test('an empty body is refused by name where one is wanted', async () => {
  const answer = await send('');
  expect(answer.json()).toMatchObject({ code: 'invalid_request', errors: [{ path: 'body' }] });
});

test('JSON deeper than 64 levels is refused, however many levels it has [B1]', async () => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  expect(parseJson(nested(64))).toBeInstanceOf(Array);
  expect((await send(nested(65))).json()).toMatchObject({ status: 422, code: 'json_too_deep' });
  expect((await send('['.repeat(1_000_000))).json()).toMatchObject({ status: 422, code: 'json_too_deep' });
});

test('brackets inside strings are not levels', () => {
  const text = JSON.stringify({ a: '['.repeat(100), b: `\\"${'{'.repeat(100)}`, '[[': '\\' });
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test('a body over 1 MiB is refused with body_too_large [B1]', async () => {
  const answer = await send(JSON.stringify({ title: 'x'.repeat(1_048_576) }));
  expect(answer.json()).toMatchObject({ status: 413, code: 'body_too_large' });
});

test('a body that is not declared as JSON is refused with unsupported_media_type', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
    expect((await send('title=x', { 'content-type': type })).json()).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
  }
});

test('a compressed body is refused with unsupported_media_type', async () => {
  const answer = await send('{"title": "x"}', { 'content-encoding': 'gzip' });
  expect(answer.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
});

test('a field named __proto__ is refused, however it is written', async () => {
  for (const key of ['__proto__', '\\u005f_proto__', '__proto\\u005F_']) {
    const answer = await send(`{"title": "x", "input": {"${key}": {"admin": true}}}`);
    expect(answer.json()).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'input.__proto__', message: 'a field cannot have this name' }],
    });
  }
  expect({}).not.toHaveProperty('admin');
});

test('NUL and lone surrogates, which a database cannot store, become U+FFFD; whole pairs stay [B12]', async () => {
  const answer = await send('{"title": "a\\u0000b\\ud800c", "input": {"\\uDfff": ["\\ud83d\\ude00", "\\u0000"]}}');
  expect(answer.json()).toEqual({ title: 'a\uFFFDb\uFFFDc', input: { '\uFFFD': ['😀', '\uFFFD'] } });
});

test('a NUL in the URL is refused', async () => {
  const { app } = await testApp();
  const answer = await app.inject({ url: '/api/v1/projects/a%00b' });
  expect(answer.json()).toMatchObject({ status: 422, code: 'invalid_request' });
});
