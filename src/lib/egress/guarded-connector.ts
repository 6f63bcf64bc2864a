import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { EgressError } from './egress-error.ts';
import { plainAddress } from './plain-address.ts';
import { type EgressPolicy, refuseAddress } from './refuse-address.ts';
import { type Lookup, resolveHost } from './resolve-host.ts';

/** What connections are held to. */
export type Guard = { policy: EgressPolicy; lookup: Lookup; connectMs: number };
type Target = { host: string; port: number };

/**
 * How undici opens a connection: only to an address that the policy allows. A name is looked up once and the connection
 * goes to one of the addresses that were checked, by TLS still under the name; at last the peer itself is checked.
 */
export function guardedConnector(guard: Guard): buildConnector.connector {
  return (options, callback) => {
    const target = { host: options.hostname, port: Number(options.port) || (options.protocol === 'https:' ? 443 : 80) };
    const fail = (error: unknown) => callback(toConnectError(error, target, guard), null);
    const literal = isIP(target.host) ? refuseAddress(guard.policy, target.host, target.port) : null;
    if (literal) return process.nextTick(fail, new EgressError('forbidden_address', literal));
    const allowed = isIP(target.host) ? [target.host] : [];
    const pinned = pinnedLookup(guard, target, allowed);
    const connect = buildConnector({
      timeout: guard.connectMs,
      allowH2: false,
      lookup: pinned,
      autoSelectFamily: true,
    });
    connect(options, (error, socket) => {
      if (error) return fail(error);
      const refusal = refusePeer(guard.policy, socket, allowed);
      if (refusal === null) return callback(null, socket);
      socket.destroy();
      fail(new EgressError('forbidden_address', refusal));
    });
  };
}

/** Fills `allowed` with the addresses that it hands out. */
function pinnedLookup({ policy, lookup }: Guard, { host, port }: Target, allowed: string[]): LookupFunction {
  return (_host, options, callback) => {
    const give = (found: LookupAddress[]) => {
      allowed.push(...found.map(({ address }) => address));
      if (options.all) callback(null, found);
      else callback(null, found[0]!.address, found[0]!.family);
    };
    resolveHost(policy, lookup, host, port).then(give, (error) => callback(error, []));
  };
}

function refusePeer(policy: EgressPolicy, socket: Socket, allowed: string[]): string | null {
  const { remoteAddress = '', remotePort = 0 } = socket;
  const isAllowed = isIP(remoteAddress) && allowed.map(plainAddress).includes(plainAddress(remoteAddress));
  if (!isAllowed) return `The connection went to ${remoteAddress}, which was not asked for.`;
  return refuseAddress(policy, remoteAddress, remotePort);
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
};

function toConnectError(error: unknown, { host, port }: Target, { connectMs }: Guard): Error {
  if (error instanceof EgressError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const tooSlow = code === 'UND_ERR_CONNECT_TIMEOUT' ? `it took longer than ${connectMs} ms` : undefined;
  const reason = tooSlow ?? REASONS[code] ?? (code || message);
  return new EgressError('unreachable', `No connection to ${host}:${port}: ${reason}.`, error);
}
