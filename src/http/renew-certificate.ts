import type { Server } from 'node:https';
import type { Context } from '../context.ts';
import { readTlsPair, type TlsPair } from '../lib/tls-pair.ts';
import { watchFiles } from '../lib/watch-files.ts';
import type { App } from './app-types.ts';
import { secureContext } from './server-options.ts';

/**
 * Serves a renewed certificate as soon as its files have changed, to new connections; those that are open go on. A pair
 * that cannot be used is logged, and the one before goes on being served.
 */
export function renewCertificate(app: App, { config, log, metrics }: Context): void {
  const { tlsCert, tlsKey } = config;
  if (!tlsCert || !tlsKey) return;
  let served = readTlsPair({ tlsCert, tlsKey });
  metrics.addSource(['certificate_expires_seconds'], () => expirySample(served));
  const look = lookForOther({ tlsCert, tlsKey }, log, (pair) => {
    if (pair.cert === served.cert && pair.key === served.key) return;
    served = pair;
    (app.server as unknown as Server).setSecureContext(secureContext(pair));
    log.info({ expires_at: pair.expiresAt.toISOString() }, 'A renewed certificate is served');
  });
  app.addHook('onClose', watchFiles([tlsCert, tlsKey], look));
}

const expirySample = ({ expiresAt }: TlsPair) => ({
  certificate_expires_seconds: [{ labels: { certificate: 'tls' }, value: expiresAt.getTime() / 1000 }],
});

/** Looks at the files again; a problem that was told is not told again every minute. */
function lookForOther(
  files: { tlsCert: string; tlsKey: string },
  log: Context['log'],
  use: (pair: TlsPair) => void,
): () => void {
  let told = '';
  return () => {
    try {
      use(readTlsPair(files));
      told = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== told) log.error({ err: error }, 'The renewed certificate is not usable');
      told = message;
    }
  };
}
