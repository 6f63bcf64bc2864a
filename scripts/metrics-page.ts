import type { Instrument } from '../src/metrics/instrument.ts';
import { INSTRUMENTS } from '../src/metrics/instruments.ts';
import { PREFIX } from '../src/metrics/prefix.ts';
import { markdownTable } from './markdown-table.ts';

const INTRODUCTION = `# Metrics

\`\`\`sh
curl -s localhost:8000/api/metrics | grep whoosh_tasks
curl -s -H "Authorization: Bearer $METRICS_TOKEN" https://whoosh.example.com/api/metrics   # when a token is set
\`\`\`

Every replica tells its own measurements at \`/api/metrics\`, in the text format of Prometheus or, when that is asked for, as
OpenMetrics. It answers within a second whatever is ill, also while the replica starts, drains or has no database. Set
\`METRICS_TOKEN\` when others than your Prometheus can reach the server: the names of your agents are in the labels.

- What stands under **fleet** is read from the database: every replica tells the same, so take the \`max\` and not the sum.
  While the database does not answer it is absent, neither 0 nor stale.
- Everything else is of one replica and counts from its start: sum it over the replicas, and use \`rate()\`.
- An agent is a label by its full name (\`runner/agent\`, or the name of a model server). Agents of one name in several
  projects are one: up when all of them are. After the first 200 the label is \`other\`.

## Instruments

`;

const ENDING = `
Beside these stands what the process costs, from [prom-client](https://github.com/siimon/prom-client):
\`whoosh_process_resident_memory_bytes\`, \`whoosh_process_cpu_seconds_total\`, \`whoosh_process_open_fds\`,
\`whoosh_nodejs_eventloop_lag_p99_seconds\` (10 ms of it are the resolution of the watch), \`whoosh_nodejs_heap_size_used_bytes\`,
\`whoosh_nodejs_gc_duration_seconds\` and others.

Generated from \`src/metrics/instruments.ts\`.
`;

/** docs/operate/metrics.md */
export const metricsPage = (): string =>
  INTRODUCTION +
  markdownTable(
    ['name', 'kind', 'labels', 'what it tells'],
    Object.entries(INSTRUMENTS as Record<string, Instrument>).map(([name, { kind, labels, help, buckets, fleet }]) => [
      `\`${PREFIX}${name}\``,
      fleet ? `${kind}, fleet` : kind,
      Object.entries(labels)
        .map(([label, values]) => `**${label}**: ${values}`)
        .join('; '),
      help + (buckets ? ` Buckets: ${buckets.join(', ')}.` : ''),
    ]),
  ) +
  ENDING;
