import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServerPlan } from '../../../src/db/embedded/spawn-postmaster.ts';
import { freePort } from '../../support/free-port.ts';
import type { Cluster } from './cluster.ts';

/** Copies the cluster to `folder`, for a server on a port of its own; `settings` replace those of the embedded PostgreSQL. */
export async function planServer(
  { folder: template, binaries, account }: Cluster,
  folder: string,
  settings: Record<string, string>,
): Promise<ServerPlan & { address: { port: number } }> {
  await promisify(execFile)('cp', ['-a', '--reflink=auto', template, folder]);
  return {
    postgres: binaries.postgres,
    folder,
    logFile: `${folder}.log`,
    address: { port: await freePort() },
    account,
    settings: { max_connections: '200', shared_preload_libraries: 'pg_stat_statements', ...settings },
  };
}
