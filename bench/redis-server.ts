import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../test/support/free-port.ts';

/** A Redis of the bench's own. */
export type RedisServer = { port: number; version: string; stop(): Promise<void> };

/** The version of the `redis-server` on PATH; null when there is none. */
export function redisVersion(): string | null {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return /v=([\d.]+)/.exec(stdout ?? '')?.[1] ?? null;
}

/**
 * Starts Redis on any free port with its append-only file on, synced each second: what BullMQ's documentation
 * recommends. A crash of the machine may so lose a second of what was acknowledged, unlike with every other contender.
 */
export async function startRedis(): Promise<RedisServer> {
  // Redis takes port 0 for none at all.
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'whoosh-bench-')), await freePort()];
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes', appendfsync: 'everysec' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) if (line.includes('Ready to accept')) break;
  if (child.exitCode !== null) throw new Error('redis-server ended before it was ready.');
  child.stdout.resume();
  return {
    port,
    version: redisVersion()!,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
