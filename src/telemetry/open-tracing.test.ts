import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** Names of OpenTelemetry's packages that a process has loaded after it opened tracing. */
async function loadedWith(otlpEndpoint: string | undefined): Promise<string[]> {
  const options = JSON.stringify({ otlpEndpoint, otelSampleRatio: 1 });
  const script = `
    import { Module } from 'node:module';
    await import('./src/main.ts');
    const { openTracing } = await import('./src/telemetry/open-tracing.ts');
    await openTracing(${options}, { service: 'x', instance: 'x', log: { warn() {} } });
    const loaded = Object.keys(Module._cache).map((file) => /@opentelemetry\\/[^/]+/.exec(file)?.[0]);
    console.log(JSON.stringify([...new Set(loaded.filter(Boolean))]));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  return JSON.parse(stdout);
}

test('without a collector the SDK of OpenTelemetry is not even loaded [TR2]', async () => {
  // The API, a few constants, comes with the client of Prometheus.
  expect((await loadedWith(undefined)).filter((name) => name !== '@opentelemetry/api')).toEqual([]);
  expect(await loadedWith('http://127.0.0.1:9')).toContain('@opentelemetry/sdk-trace');
});
