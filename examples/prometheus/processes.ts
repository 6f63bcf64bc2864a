import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import { prometheusTools } from '../../test/support/prometheus-tools.ts';
import { type Started, start, WHOOSH } from '../process.ts';

const RULES = 'deploy/prometheus/rules.yaml';

/** `for: 1m` in the rules, and ALERT_FOR_MS of the server: shorter, so that the example is over in seconds. */
export const FOR_MS = 3000;

/** Starts `whoosh serve` with its own PostgreSQL; its alerts go to `webhook`. */
export const startServer = (dataDir: string, webhook: { url: string; secret: string }): Promise<Started> =>
  start([WHOOSH, 'serve'], {
    WHOOSH_DATA_DIR: dataDir,
    WHOOSH_PORT: '0',
    WHOOSH_LOCAL_RUNNER: 'off',
    WHOOSH_LOG_LEVEL: 'silent',
    ALERT_FOR_MS: String(FOR_MS),
    ALERT_WEBHOOK_URL: webhook.url,
    ALERT_WEBHOOK_SECRET: webhook.secret,
  });

/** Starts Debian's Prometheus in `folder`, with the rules as they are shipped but for their patience, on one target. */
export async function startPrometheus(folder: string, target: string): Promise<Started> {
  const tools = prometheusTools();
  if (typeof tools === 'string') throw new Error(tools);
  const rules = await readFile(RULES, 'utf8');
  await writeFile(join(folder, 'rules.yaml'), rules.replaceAll(/^( +for:) 1m$/gm, `$1 ${FOR_MS / 1000}s`));
  await writeFile(join(folder, 'prometheus.yml'), configuration(new URL(target).host));
  // It does not say which port it took when it takes any.
  const address = `127.0.0.1:${await freePort()}`;
  const files = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`];
  const child = spawn(tools.prometheus, [...files, `--web.listen-address=${address}`, '--log.level=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { url: `http://${address}`, child };
}

const configuration = (target: string): string => `
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [rules.yaml]
scrape_configs:
  - job_name: whoosh
    metrics_path: /api/metrics
    static_configs: [{ targets: ['${target}'] }]
`;
