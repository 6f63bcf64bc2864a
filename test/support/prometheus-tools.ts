import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Debian's Prometheus: programs by their path. */
export type PrometheusTools = { prometheus: string; promtool: string };

/** Where they are, fetched when they are missing; a sentence that says why when they cannot be had on this machine. */
export function prometheusTools(): PrometheusTools | string {
  try {
    const folder = execFileSync('bash', ['.ci/prometheus-tools'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
    return { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool') };
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    return `Prometheus cannot be had here: ${stderr.trim().split('\n').at(-1) || message}`;
  }
}
