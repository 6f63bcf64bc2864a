import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

/** Rooms from top to bottom: a file imports from its own row and from rows below, never from above. */
const ROWS = [
  ['main', 'start', 'operate'],
  ['app'],
  ['alerts', 'status'],
  ['coordinator'],
  ['questions'],
  ['tasks'],
  ['agents', 'runners', 'projects'],
  ['http'],
  ['members', 'context', 'secrets'],
  ['events'],
  ['db'],
  ['telemetry'],
  ['config', 'errors', 'metrics', 'lib'],
];

/** Clients speak HTTP: of the server they see these words only. `cli` may start the server and the runner, lazily. */
const CLIENTS: Record<string, string[]> = {
  client: ['client', 'lib', 'errors'],
  runner: ['runner', 'client', 'telemetry', 'lib', 'errors'],
  cli: ['cli', 'runner', 'client', 'telemetry', 'lib', 'errors', 'config', 'main', 'operate', 'db'],
};

/** Who alone may import a package. */
const PACKAGES: Record<string, RegExp> = {
  fastify: /^src\/(app\.ts|http\/|[a-z]+\/([a-z-]+-)?routes\.ts)/,
  pg: /^src\/db\//,
  'pg-copy-streams': /^src\/db\//,
  kysely: /^src\/db\//,
  commander: /^src\/cli\//,
  'prom-client': /^src\/metrics\//,
  '@opentelemetry': /^src\/telemetry\//,
  undici: /^src\/lib\/egress\//,
};

type Import = { from: string; to: string };

/** What speaks HTTP for its domain, whichever row that stands in. */
const ROUTES = /^src\/(app|main|[a-z]+\/([a-z-]+-)?routes)\.ts$/;

/** What routes need to know of who asks, whichever row they stand in. */
const FOR_ROUTES = ['http', 'context', 'members'];

const isCode = (file: string): boolean => !file.endsWith('.test.ts') && !file.endsWith('.gen.ts');
const files = globSync('src/**/*.ts').filter(isCode);

function importsOf(from: string): Import[] {
  const text = readFileSync(from, 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)[^'"`;]*?from '([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import '([^']+)'/g,
  );
  return [...found].map(([, a, b, c]) => ({ from, to: resolveTo(from, (a ?? b ?? c)!) }));
}

const resolveTo = (from: string, to: string): string =>
  to.startsWith('.') ? relative('.', join(dirname(from), to)) : to;

/** `src/tasks/submit.ts` -> `tasks`, `src/main.ts` -> `main`. */
const roomOf = (file: string): string => file.split('/')[1]!.replace(/\.ts$/, '');
const rowOf = (room: string): number => ROWS.findIndex((row) => row.includes(room));
const isSchema = (file: string): boolean => /\/(attempt-)?schema\.ts$/.test(file);

function problemOf({ from, to }: Import): string | null {
  if (!to.startsWith('src/')) return packageProblem(from, to);
  const [a, b] = [roomOf(from), roomOf(to)];
  if (CLIENTS[a]) return CLIENTS[a].includes(b) || isSchema(to) ? null : 'a client sees only schema.ts of the server';
  if (CLIENTS[b] && rowOf(a) > 0) return 'the server knows nothing of its clients';
  if (CLIENTS[b]) return null;
  if (rowOf(a) < 0 || rowOf(b) < 0) return 'a room that the table does not know';
  if (isSchema(from)) return isSchema(to) ? null : 'schema.ts imports zod and other schema.ts only';
  if (FOR_ROUTES.includes(b) && ROUTES.test(from)) return null;
  if (b === 'http' && a !== 'http') return 'http is for routes';
  return rowOf(a) <= rowOf(b) || isSchema(to) ? null : 'imports point down';
}

function packageProblem(from: string, to: string): string | null {
  const name = to.split('/')[0]!;
  return PACKAGES[name] && !PACKAGES[name].test(from) ? `only ${PACKAGES[name].source} may import ${name}` : null;
}

const offending = (imports: Import[]): string[] =>
  imports.flatMap((one) => {
    const problem = problemOf(one);
    return problem ? [`${one.from} -> ${one.to}: ${problem}`] : [];
  });

test('imports point down, and only the rooms named may import what they guard', () => {
  expect(offending(files.flatMap(importsOf))).toEqual([]);
});

test('the table finds a violation when there is one', () => {
  const planted = [
    { from: 'src/db/pool.ts', to: 'src/tasks/submit.ts' },
    { from: 'src/tasks/submit.ts', to: 'fastify' },
    { from: 'src/runner/loop.ts', to: 'src/tasks/submit.ts' },
    { from: 'src/tasks/schema.ts', to: 'src/db/database.ts' },
  ];
  expect(offending(planted)).toHaveLength(planted.length);
});

/** What is left when files that import nothing of the rest are taken away again and again: circles, and what leads into them. */
function circles(): string[] {
  const needs = new Map(files.map((file) => [file, valueImports(file)]));
  for (let before = -1; before !== needs.size; ) {
    before = needs.size;
    for (const [file, imported] of needs) if (!imported.some((one) => needs.has(one))) needs.delete(file);
  }
  return [...needs.keys()];
}

/** An `import type` is gone at run time, so it closes no circle; nor does an import() that runs on demand. */
const valueImports = (file: string): string[] => {
  const found = readFileSync(file, 'utf8').matchAll(/(?:^|\n)(?:import|export) (?!type\b)[^'"`;]*?from '(\.[^']+)'/g);
  return [...found].map(([, to]) => resolveTo(file, to!));
};

test('files do not import one another in a circle', () => {
  expect(circles()).toEqual([]);
});

test('no file is named after a kind', () => {
  const names = files.filter((file) =>
    /(^|\/)(index|utils?|helpers?|common|misc|manager|service|repository)\.ts$/.test(file),
  );
  expect(names).toEqual([]);
});
