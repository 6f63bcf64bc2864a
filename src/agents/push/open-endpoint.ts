import type { Db } from '../../db/database.ts';
import { AppError } from '../../errors.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Prices, PushKind } from '../schema.ts';
import { keyPurpose } from './key-purpose.ts';
import type { Endpoint } from './provider.ts';

export type OpenedEndpoint = Endpoint & { name: string; kind: PushKind; prices: Prices };

type Row = {
  id: string;
  name: string;
  project_id: string | null;
  kind: PushKind;
  url: string;
  key_id: string | null;
  prices: Prices;
  approved: boolean;
};

const ENDPOINT_SQL = `
  select a.id, a.name, a.project_id, a.kind, e.url, e.key_id, e.prices, e.approved_at is not null as approved
  from agents a join endpoints e on e.agent_id = a.id
  where a.id = $1 and a.removed_at is null`;

/**
 * Where a model server is called, with its key opened; also its kind, and what its models cost. Refuses `not_found` when
 * it is none or was removed, `invalid_state` while nobody has approved it, and `secret_unusable`.
 */
export async function openEndpoint(db: Db, secrets: Secrets, agentId: string): Promise<OpenedEndpoint> {
  const [row] = await db.query<Row>(ENDPOINT_SQL, [agentId], { name: 'agents-endpoint' });
  if (!row) throw new AppError('not_found', `Agent ${agentId} is no model server, or was removed.`);
  if (!row.approved) throw new AppError('invalid_state', `Agent ${agentId} was not approved: it is not contacted.`);
  const { name, kind, url, key_id, prices } = row;
  const key = key_id === null ? null : await secrets.open(db, key_id, keyPurpose(row));
  return { name, kind, url, key, prices };
}
