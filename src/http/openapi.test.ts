import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { tidyComponents } from './tidy-components.ts';

type Operation = { operationId: string; tags: string[]; security?: object[]; responses: Record<string, unknown> };

test('the API document tells of every route: its name, who may call it and how it refuses [A1]', async () => {
  const { app } = await testApp();
  const answer = await app.inject('/api/openapi.json');
  const document = answer.json();
  expect(document.openapi).toBe('3.1.0');
  const operations: Operation[] = Object.values(document.paths as object).flatMap((path) => Object.values(path));
  const names = operations.map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(names.length);
  for (const { tags, responses } of operations) {
    expect(tags).toHaveLength(1);
    expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
  }
  expect(document.paths['/api/v1/runners/enrol'].post.security).toEqual([]);
  expect(document.paths['/api/v1/projects'].post.responses['409']).toEqual({
    description: '`slug_taken`: Another project has this slug. Choose another.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  expect(document.paths['/api/v1/projects/{project}'].get.responses['200'].content).toEqual({
    'application/json': { schema: { $ref: '#/components/schemas/Project' } },
  });
});

test('the documentation page and all it needs come from this server [A2]', async () => {
  const { app } = await testApp();
  const page = await app.inject('/api/docs');
  expect(page.statusCode).toBe(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    expect(file).toMatch(/^\/api\/docs\/static\//);
    expect((await app.inject(file)).statusCode).toBe(200);
  }
  expect((await app.inject('/api/docs/json')).json()).toEqual((await app.inject('/api/openapi.json')).json());
});

test('a shape has one name, and the asked one has its own only where it differs', () => {
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const document = (schemas: object, used: object[]) => ({ paths: { used }, components: { schemas: { ...schemas } } });
  const tidy = tidyComponents(
    document(
      {
        Task: { properties: { needs: ref('Needs') } },
        TaskInput: { properties: { needs: ref('NeedsInput') } },
        Needs: { required: ['slots'] },
        NeedsInput: {},
        Same: { properties: { inner: ref('Inner') } },
        SameInput: { properties: { inner: ref('InnerInput') } },
        Inner: {},
        InnerInput: {},
        Unused: {},
        OnlyAsked: { a: 1 },
        OnlyAskedInput: {},
      },
      [ref('Task'), ref('TaskInput'), ref('Same'), ref('SameInput'), ref('OnlyAskedInput')],
    ),
  );
  expect(tidy).toEqual(
    document(
      {
        Inner: {},
        Needs: { required: ['slots'] },
        NeedsInput: {},
        OnlyAsked: {},
        Same: { properties: { inner: ref('Inner') } },
        Task: { properties: { needs: ref('Needs') } },
        TaskInput: { properties: { needs: ref('NeedsInput') } },
      },
      [ref('Task'), ref('TaskInput'), ref('Same'), ref('Same'), ref('OnlyAsked')],
    ),
  );
});
