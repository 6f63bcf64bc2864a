import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { type Egress, openEgress } from '../../lib/egress/egress.ts';
import { EgressError } from '../../lib/egress/egress-error.ts';
import { openSecrets, type Secrets } from '../../secrets/secrets.ts';
import type { PushKind } from '../schema.ts';
import { type OpenedEndpoint, openEndpoint } from './open-endpoint.ts';
import { Prober } from './prober.ts';
import type { Provider } from './provider.ts';
import { createProviders } from './providers.ts';
import { tellingTimeouts } from './telling-timeouts.ts';
import { tracingCalls } from './tracing-calls.ts';

/** All that a replica needs to call model servers; one for each process. */
export type ModelServers = {
  providers: Record<PushKind, Provider>;
  secrets: Secrets;
  prober: Prober;
  /** The one way out of this process; for receivers of alerts too. */
  egress: Egress;
  /** Where an agent is called, as `openEndpoint`. */
  endpoint(agentId: string): Promise<OpenedEndpoint>;
  /** A URL that a person gave, as it is stored. Refuses `invalid_request` what may not be called; contacts nothing. */
  checkUrl(url: string): string;
  /** This host and port are part of WHOOSH itself: no call goes there from now on. */
  neverCall(address: string, port: number): void;
  /** Ends probes, calls and connections. */
  close(): Promise<void>;
};

/** Opens nothing before the first call. */
export function openModelServers(context: Context): ModelServers {
  const { db, config, log, tracing } = context;
  const forbid: { address: string; port: number }[] = [];
  const egress = openEgress({ allow: config.egressAllow, forbid });
  const secrets = openSecrets(config);
  const { ollama, openai } = createProviders(egress);
  const providers = {
    ollama: tracingCalls('ollama', tellingTimeouts(ollama, log), tracing),
    openai: tracingCalls('openai', tellingTimeouts(openai, log), tracing),
  };
  const prober = new Prober({ context, providers, secrets });
  return {
    providers,
    secrets,
    prober,
    egress,
    endpoint: (agentId) => openEndpoint(db, secrets, agentId),
    checkUrl: (url) => checkUrl(egress.check, url),
    neverCall: (address, port) => void forbid.push({ address: address === 'localhost' ? '127.0.0.1' : address, port }),
    async close() {
      await prober.stop();
      await egress.close();
    },
  };
}

function checkUrl(check: (url: string) => URL, given: string): string {
  try {
    const url = check(given.trim());
    url.pathname = url.pathname.replace(/\/+$/, '');
    // As it is called, not as it was written: who approves it must see the same, whatever it hid or looked like.
    return url.search ? url.href : url.href.replace(/\/$/, '');
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    const errors = [{ path: 'url', message: error.message }];
    throw new AppError('invalid_request', 'A model server cannot be called there.', { errors });
  }
}
