import type { Address } from './url.ts';

// For one machine that also runs the agents: 48 MB of cache, and room for a replica's 30 connections three times over.
// fsync and synchronous_commit stay on: accepted means durable.
const SETTINGS = {
  shared_buffers: '48MB',
  max_connections: '100',
  max_wal_size: '256MB',
  huge_pages: 'off',
  // Reads by the process itself: the three workers of PostgreSQL 18 cost memory, and at this size they slow it down.
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  // Starts, stops and what is fatal. Errors of statements come back to us, and their text may hold what users wrote.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/** The command line that makes PostgreSQL listen at `address` with our settings; `settings` replace ours. */
export function serverSettings(address: Address, settings: Record<string, string>): string[] {
  const where =
    'port' in address
      ? { listen_addresses: '127.0.0.1', port: String(address.port), unix_socket_directories: '' }
      : { listen_addresses: '', port: '5432', unix_socket_directories: address.socketFolder };
  const all = Object.entries({ ...SETTINGS, ...where, ...settings });
  return all.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
