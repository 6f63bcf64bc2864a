import type { Metrics } from '../metrics/metrics.ts';
import type { App } from './app-types.ts';

/** Measures every request by the pattern of its route, so that nobody can make labels up. */
export function measureRequests(app: App, { http_request_duration_seconds: durations }: Metrics): void {
  app.addHook('onResponse', async ({ method, is404, routeOptions }, reply) => {
    const route = is404 ? 'unknown' : (routeOptions.url ?? 'unknown');
    durations.observe({ method, route, status: `${Math.trunc(reply.statusCode / 100)}xx` }, reply.elapsedTime / 1000);
  });
}
