import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { secretsByValue, unknownSettings } from './settings.ts';

type Service = {
  image: string;
  environment?: Record<string, string>;
  secrets?: (string | { source: string })[];
  volumes?: string[];
  healthcheck?: { start_period: string };
  restart?: string;
  stop_grace_period?: string;
  depends_on?: Record<string, { condition: string }>;
  networks: string[] | Record<string, unknown>;
  read_only?: boolean;
  cap_drop?: string[];
  deploy?: Record<string, unknown>;
};
type File = {
  services: Record<string, Service>;
  secrets: Record<string, { file?: string; external?: true }>;
  configs?: Record<string, { file: string }>;
  networks: Record<string, { internal?: true; external?: true } | null>;
};

/** Its own types name modules in a way that ours cannot follow. */
type Linted = { messages: { severity: string; message: string; line: number }[] };

const read = (path: string): File => parse(readFileSync(path, 'utf8'));
const FILES = ['deploy/compose.yaml', 'deploy/swarm.yaml'];
const [compose, swarm] = FILES.map(read) as [File, File];

/** As the order of keys is a matter of taste, so is it here; and the proxy is there for everybody. */
const RULES = { 'no-unbound-port-interfaces': 0, 'require-project-name-field': 0 } as const;

test.each(FILES)('%s keeps the specification of compose files, and what their linter calls an error [S42]', (path) => {
  const linter = new DCLinter({ rules: RULES, quiet: true, debug: false, exclude: [] });
  const results: Linted[] = linter.lintFiles([path], false);
  const found = results.flatMap(({ messages }) => messages);
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test.each(FILES)('what is set for our image in %s is a setting, and no secret is given by value', (path) => {
  const ours = Object.values(read(path).services).filter(({ image }) => image.includes('WHOOSH_IMAGE'));
  const names = ours.flatMap(({ environment = {} }) => Object.keys(environment));
  expect(names.length).toBeGreaterThan(2);
  expect(unknownSettings(names)).toEqual([]);
  expect(secretsByValue(names)).toEqual([]);
});

test.each(FILES)('every secret and file that %s names is there', (path) => {
  const { services, secrets, configs = {} } = read(path);
  const used = Object.values(services).flatMap(({ secrets: given = [] }) =>
    given.map((one) => (typeof one === 'string' ? one : one.source)),
  );
  expect([...new Set(used)].sort()).toEqual(Object.keys(secrets).sort());
  const mounted = Object.values(services).flatMap(({ volumes = [] }) => volumes.map((one) => one.split(':')[0]!));
  const files = [...mounted.filter((one) => one.startsWith('./')), ...Object.values(configs).map(({ file }) => file)];
  expect(files.filter((file) => !existsSync(join('deploy', file)))).toEqual([]);
});

test('two replicas, each with 512 MB and half a core, whichever of the two files starts them', () => {
  for (const { services } of [compose, swarm]) {
    const { deploy, ...server } = services.server!;
    expect(deploy).toMatchObject({ replicas: 2, resources: { limits: { cpus: '0.5', memory: '512M' } } });
    expect(server).toMatchObject({ read_only: true, cap_drop: ['ALL'], stop_grace_period: '60s' });
  }
});

test('a rolling update has the next replica before the last one goes, and turns back when it does not start', () => {
  expect(swarm.services.server!.deploy).toMatchObject({
    update_config: { order: 'start-first', parallelism: 1, failure_action: 'rollback' },
    restart_policy: { condition: 'any' },
  });
});

test('replicas start when the database is there and migrated, and everything that stays is checked', () => {
  expect(compose.services.server!.depends_on).toEqual({
    database: { condition: 'service_healthy' },
    migrate: { condition: 'service_completed_successfully' },
  });
  // The image brings the check of the replicas.
  const staying = Object.entries(compose.services).filter(([name]) => !['migrate', 'server'].includes(name));
  expect(staying.filter(([, { healthcheck }]) => healthcheck?.start_period !== '60s')).toEqual([]);
});

const networksOf = ({ networks }: Service) => (Array.isArray(networks) ? networks : Object.keys(networks));

test('only replicas and migrations reach the database, and nobody reaches it from outside [S30]', () => {
  const reach = (file: File, network: string) =>
    Object.keys(file.services).filter((name) => networksOf(file.services[name]!).includes(network));
  expect(reach(compose, 'data')).toEqual(['database', 'migrate', 'server']);
  expect(compose.networks.data).toEqual({ internal: true });
  expect(reach(swarm, 'database')).toEqual(['server']);
});
