import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Config, ConfigError, readConfig } from '../../config.ts';
import type { Io } from '../io.ts';
import { bad, type Finding, ok } from './finding.ts';

/** The settings of a server that is or would be started here; `running` is the address of the one that is. */
export async function checkSettings({ env }: Io, running: string | undefined): Promise<Finding[]> {
  try {
    const config = readConfig(env);
    const database = config.databaseUrl ? 'DATABASE_URL' : 'embedded PostgreSQL';
    return [ok('settings', `valid: ${config.mode}, ${database}`), await checkPort(config, running)];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [bad('settings', error.message.replaceAll('\n', '; '), '`whoosh config` shows what each may be.')];
  }
}

async function checkPort({ host, port }: Config, running: string | undefined): Promise<Finding> {
  if (running) return ok('port', `the server listens at ${running}`);
  if (port === 0) return ok('port', 'any free one');
  const problem = await tryPort(host, port);
  if (!problem) return ok('port', `${port} on ${host} is free`);
  return bad(
    'port',
    `${port} on ${host} cannot be taken (${problem})`,
    'Set WHOOSH_PORT or WHOOSH_HOST to another one.',
  );
}

async function tryPort(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    server.close();
  }
}
