import { type FSWatcher, watch } from 'node:fs';
import type { Server } from 'node:https';
import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { readTlsPair, type TlsPair } from '../lib/tls-pair.ts';
import type { App } from './app-types.ts';
import { secureContext } from './server-options.ts';

/** In milliseconds; tests are less patient. */
export const RENEWAL_TIMES = {
  /** Certificate and key are two files: whoever writes them is given a moment between the two. */
  settle: 1000,
  /** Where changes are not told, as on some network file systems. */
  look: 60_000,
};

type Files = { tlsCert: string; tlsKey: string };

/**
 * Serves a renewed certificate as soon as its files have changed, to new connections; those that are open go on. A pair
 * that cannot be used is logged, and the one before goes on being served.
 */
export function renewCertificate(app: App, { config, log, metrics }: Context): void {
  const { tlsCert, tlsKey } = config;
  if (!tlsCert || !tlsKey) return;
  const files = { tlsCert, tlsKey };
  let current = readTlsPair(files);
  let problem = '';
  metrics.addSource(['certificate_expires_seconds'], () => ({
    certificate_expires_seconds: [{ labels: { certificate: 'tls' }, value: current.expiresAt.getTime() / 1000 }],
  }));
  const look = () => {
    try {
      current = renew(app, current, readTlsPair(files));
      problem = '';
    } catch (error) {
      // Looked at every minute, and told once.
      if (problem !== (error as Error).message) log.error({ err: error }, 'The renewed certificate is not usable');
      problem = (error as Error).message;
    }
  };
  const end = onChange(files, look);
  app.addHook('onClose', async () => end());

  function renew(app: App, before: TlsPair, now: TlsPair): TlsPair {
    if (now.cert === before.cert && now.key === before.key) return before;
    (app.server as unknown as Server).setSecureContext(secureContext(now));
    log.info({ expires_at: now.expiresAt.toISOString() }, 'A renewed certificate is served');
    return now;
  }
}

// Folders and not files: Kubernetes swaps a symbolic link beside them.
function onChange({ tlsCert, tlsKey }: Files, look: () => void): () => void {
  let settling: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(settling);
    settling = setTimeout(look, RENEWAL_TIMES.settle).unref();
  };
  const watchers = [...new Set([tlsCert, tlsKey].map(dirname))].flatMap((folder) => watchFolder(folder, soon));
  const timer = setInterval(look, RENEWAL_TIMES.look).unref();
  return () => {
    clearTimeout(settling);
    clearInterval(timer);
    for (const watcher of watchers) watcher.close();
  };
}

function watchFolder(folder: string, changed: () => void): FSWatcher[] {
  try {
    return [watch(folder, { persistent: false }, changed).on('error', () => {})];
  } catch {
    // The machine has no watch left: the look every minute finds it.
    return [];
  }
}
