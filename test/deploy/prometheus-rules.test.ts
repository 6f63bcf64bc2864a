import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { RULES, runbookOf } from '../../src/alerts/rules.ts';
import { INSTRUMENTS } from '../../src/metrics/instruments.ts';
import { openMetrics } from '../../src/metrics/metrics.ts';

type Rule = { alert: string; expr: string; labels: { severity: string }; annotations: Record<string, string> };

// That they fire when they should is tested by promtool: .ci/promtool, deploy/prometheus/rules.test.yaml.
const { groups } = parse(readFileSync('deploy/prometheus/rules.yaml', 'utf8')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const severities = Object.fromEntries(rules.map(({ alert, labels: { severity } }) => [alert, severity]));

test('the rules for Prometheus have the names and severities of the alerts of the server, and more of their own [S23]', () => {
  // When a key ends is told by no metric: that would take a label for each key.
  const { WhooshKeyExpires: _, ...shared } = RULES;
  expect(severities).toMatchObject(
    Object.fromEntries(Object.entries(shared).map(([name, { severity }]) => [name, severity])),
  );
  expect(rules).toHaveLength(new Set(rules.map(({ alert }) => alert)).size);
});

test('every rule says what it means, and where to read what to do; that place is there [S23]', () => {
  const runbook = readFileSync('docs/operate/alerts.md', 'utf8');
  for (const { alert, annotations } of rules) {
    expect(annotations).toEqual({
      summary: expect.stringMatching(/\.$/),
      description: expect.stringMatching(/\.$/),
      runbook_url: runbookOf(alert),
    });
    expect(runbook).toContain(`\n## ${alert}\n`);
  }
});

test('rules ask for what is measured, by labels that it has [S23]', async () => {
  const ofProcess = [...(await openMetrics().render()).matchAll(/^# TYPE whoosh_((?:process|nodejs)_\w+)/gm)];
  const known: Record<string, string[]> = Object.fromEntries([
    ...ofProcess.map(([, name]) => [name, []]),
    ...Object.entries(INSTRUMENTS).map(([name, { labels }]) => [name, Object.keys(labels)]),
  ]);
  for (const { expr } of rules) {
    for (const [, name, selector = ''] of expr.matchAll(/whoosh_(\w+)(?:\{([^}]*)\})?/g)) {
      const labels = known[name!.replace(/_(bucket|count|sum)$/, '')];
      expect(labels, `${name} in ${expr}`).toBeDefined();
      for (const [, label] of selector.matchAll(/(\w+)[=!]/g)) expect(labels).toContain(label);
    }
  }
});
