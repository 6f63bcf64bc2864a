import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { testApp } from '../support/app.ts';
import { promtool } from '../support/promtool.ts';
import { testFolder } from '../support/test-folder.ts';

type Panel = {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { uid: string };
  targets?: { refId: string; expr: string }[];
};

const GRAFANA = 'deploy/grafana';
const { panels }: { panels: Panel[] } = JSON.parse(readFileSync(`${GRAFANA}/dashboards/whoosh.json`, 'utf8'));
const charts = panels.filter(({ type }) => type !== 'row');
const queries = charts.flatMap(({ title, targets = [] }) => targets.map(({ refId, expr }) => ({ title, refId, expr })));

/** What a replica tells, by the names that a query uses: a histogram has three. */
async function measured(): Promise<Set<string>> {
  const { app } = await testApp();
  const { body } = await app.inject('/api/metrics');
  const types = [...body.matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name, kind]) => ({ name: name!, kind: kind! }));
  const names = types.flatMap(({ name, kind }) =>
    kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set(names);
}

test('the dashboard shows what replicas measure, and no name of old', async () => {
  const known = await measured();
  const used = queries.flatMap(({ expr }) => expr.match(/\bwhoosh_\w+/g) ?? []);
  expect(used.length).toBeGreaterThan(30);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
});

test('every query of the dashboard is one that Prometheus can read', async (context) => {
  const folder = await testFolder();
  const file = join(folder, 'rules.yaml');
  const rules = queries.map(({ expr }, index) => ({
    record: `query_${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', '.*'),
  }));
  writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules }] }));
  expect(await promtool(context, ['check', 'rules', file])).toMatchObject({ code: 0 });
});

test('its panels are apart, within the 24 columns, and ask the data source that the reader chooses', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  expect(charts.filter(({ datasource, targets }) => datasource?.uid !== `\${datasource}` || !targets?.length)).toEqual(
    [],
  );
});

test('Grafana is told of the dashboard and of the Prometheus beside it', () => {
  const read = (path: string) => parse(readFileSync(`${GRAFANA}/provisioning/${path}`, 'utf8'));
  const { volumes } = parse(readFileSync('deploy/compose.yaml', 'utf8')).services.grafana;
  expect(volumes).toContain(`./grafana/dashboards:${read('dashboards/whoosh.yaml').providers[0].options.path}:ro`);
  expect(read('datasources/prometheus.yaml').datasources).toMatchObject([
    { type: 'prometheus', url: 'http://prometheus:9090', isDefault: true },
  ]);
});
