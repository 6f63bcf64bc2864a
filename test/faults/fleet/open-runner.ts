import type { Chance } from '../../support/chance.ts';
import type { Ledger } from '../ledger.ts';
import { callReplica } from './call.ts';
import type { Client } from './client.ts';
import type { Replica } from './replica.ts';
import { FleetRunner } from './runner.ts';

type Options = { name: string; replicas: Replica[]; client: Client; chance: Chance; ledger: () => Ledger };

/** Enrols a runner with one agent of kind command; `start` opens its session. */
export async function openRunner({ client, ...options }: Options): Promise<FleetRunner> {
  const { name, replicas, ledger } = options;
  const { token } = (await client.insist({ path: '/runners/enrolments', body: {} })).body;
  const json = { path: '/runners/enrol', body: { token, name }, token: '' };
  const enrolled = await callReplica(replicas[0]!.url, ledger(), json);
  return new FleetRunner({ ...options, credential: enrolled.body.credential });
}
