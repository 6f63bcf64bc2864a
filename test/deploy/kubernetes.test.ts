import { globSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { productionSettings } from '../support/production-settings.ts';
import { type Manifest, readManifests } from './manifests.ts';
import { secretsByValue, unknownSettings } from './settings.ts';
import { invalidManifests, unknownFields } from './validate-manifests.ts';

const FOLDER = 'deploy/kubernetes';
const manifests = readManifests(FOLDER);
const kind = (wanted: string) => manifests.filter((one) => one.kind === wanted);
const one = (wanted: string) => kind(wanted)[0]!;
const SERVER = one('Deployment').spec.template;
/** What runs: the replicas, and the migration. */
const PODS = [SERVER, one('Job').spec.template];

const settings = parseEnv(readFileSync(`${FOLDER}/whoosh.env`, 'utf8')) as Record<string, string>;

test('every manifest is what Kubernetes takes, without a field that it does not know', async () => {
  expect(manifests.length).toBeGreaterThan(9);
  expect(await invalidManifests(manifests)).toEqual([]);
  expect(unknownFields(manifests)).toEqual([]);
});

test('a field that is misspelt, missing or of another type is found', async () => {
  const misspelt = structuredClone(one('Deployment'));
  misspelt.spec.template.spec.containers[0].livenessprobe = {};
  expect(unknownFields([misspelt])).toEqual([expect.stringContaining(`'"livenessprobe"' does not exist`)]);
  const incomplete = structuredClone(one('Deployment'));
  delete incomplete.spec.selector;
  expect(await invalidManifests([incomplete])).toEqual([expect.stringContaining('selector')]);
  const port = structuredClone(one('Service'));
  port.spec.ports[0].port = 'http';
  expect(await invalidManifests([port])).toEqual([expect.stringContaining('/spec/ports/0/port')]);
});

test('everything is applied but what is an example or needs something that may not be there', () => {
  const applied: string[] = parse(readFileSync(`${FOLDER}/kustomization.yaml`, 'utf8')).resources;
  const apart = globSync(`${FOLDER}/*.yaml`).map((path) => path.slice(FOLDER.length + 1));
  expect(apart.filter((file) => !applied.includes(file)).sort()).toEqual([
    'kustomization.yaml',
    'pod-monitor.yaml',
    'secret.example.yaml',
  ]);
});

test('the settings are settings, usable in production, and no secret is given by value', async () => {
  const named = PODS.flatMap(({ spec }) => spec.containers[0].env.map(({ name }: { name: string }) => name));
  const names = [...named, ...Object.keys(settings)];
  expect(unknownSettings(names)).toEqual([]);
  expect(secretsByValue(names)).toEqual([]);
  expect(readConfig(await productionSettings({ WHOOSH_HOST: '0.0.0.0', ...settings }))).toMatchObject({
    trustedProxyHops: 1,
  });
  expect(Object.values(one('Secret').stringData).join('')).toBe('');
});

test('pods may do nothing that they need not, and cannot write', () => {
  for (const { spec } of PODS) {
    expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
    expect(spec.containers).toHaveLength(1);
    expect(spec.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(spec.containers[0].resources.limits).toEqual({ cpu: '500m', memory: '512Mi' });
  }
});

test('probes ask what they are for: an outage of the database restarts nothing', () => {
  const { startupProbe, livenessProbe, readinessProbe } = SERVER.spec.containers[0];
  const pathOf = (probe: Manifest) => probe.httpGet.path;
  expect([startupProbe, livenessProbe, readinessProbe].map(pathOf)).toEqual(['/startupz', '/livez', '/readyz']);
  expect(livenessProbe).toMatchObject({ periodSeconds: 30, timeoutSeconds: 10 });
  expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(60);
  // Not being ready is said for 5 s.
  expect(readinessProbe.periodSeconds * readinessProbe.failureThreshold).toBeLessThan(5);
  expect(SERVER.spec.terminationGracePeriodSeconds).toBeGreaterThan(5 + 30);
});

const selects = (selector: Record<string, string>, labels: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

test('whatever selects the replicas selects them, and not the migration', () => {
  const selectors = [
    one('Deployment').spec.selector.matchLabels,
    one('Service').spec.selector,
    one('PodDisruptionBudget').spec.selector.matchLabels,
    one('PodMonitor').spec.selector.matchLabels,
    ...SERVER.spec.topologySpreadConstraints.map((one: Manifest) => one.labelSelector.matchLabels),
  ];
  expect(selectors.map((one) => PODS.map(({ metadata }) => selects(one, metadata.labels)))).toEqual(
    selectors.map(() => [true, false]),
  );
  expect(one('HorizontalPodAutoscaler').spec.scaleTargetRef.name).toBe(one('Deployment').metadata.name);
  const ports = SERVER.spec.containers[0].ports.map(({ name }: { name: string }) => name);
  expect(ports).toContain(one('Service').spec.ports[0].targetPort);
  expect(ports).toContain(one('PodMonitor').spec.podMetricsEndpoints[0].port);
  expect(one('Ingress').spec.rules[0].http.paths[0].backend.service.port).toEqual({ name: 'http' });
});

test('nothing in the namespace talks or listens but what a policy names [S30]', () => {
  const [denial, ...policies] = kind('NetworkPolicy').map(({ spec }) => spec);
  expect(denial).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const ports = (labels: Record<string, string>, direction: 'ingress' | 'egress') =>
    policies
      .filter(({ podSelector }) => selects(podSelector.matchLabels, labels))
      .flatMap((policy) => policy[direction] ?? [])
      .flatMap(({ ports: open }) => open?.map(({ port }: { port: unknown }) => port) ?? ['any']);
  const [server, migration] = PODS.map(({ metadata }) => metadata.labels);
  expect(ports(server, 'ingress')).toEqual(['http']);
  expect(ports(migration, 'ingress')).toEqual([]);
  expect(ports(migration, 'egress')).toEqual([53, 53, 5432]);
  // Any port of the model servers that say they are such.
  expect(ports(server, 'egress')).toEqual([53, 53, 5432, 'any', 443, 587]);
});
