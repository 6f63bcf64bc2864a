import { randomUUID } from 'node:crypto';
import type { Db } from '../src/db/database.ts';
import { mintToken } from '../src/lib/token.ts';

/** A runner with one agent and an open session, as it speaks to the server. */
export type Member = { runner_id: string; credential: string; holder_id: string; agent_id: string };
type Kind = { capabilities: string[]; slots: number };

/** 2,000 runners one by one over HTTP take minutes; that is not what is measured here. */
const ENROL_SQL = `
  with given as (
    select * from json_to_recordset($1) as g(
      runner_id uuid, holder_id uuid, agent_id uuid, secret_hash text, capabilities text[], slots smallint, n int)
  ), runner as (
    insert into runners (id, name, secret_hash, version, hostname, os, holder_id, last_seen_at)
    select runner_id, 'runner-' || n, decode(secret_hash, 'hex'), '0', 'bench', 'linux', holder_id, now() from given
  ), holder as (
    insert into holders (id, runner_id) select holder_id, runner_id from given
  ), agent as (
    insert into agents (id, runner_id, kind, name, capabilities) select agent_id, runner_id, 'command', 'bench', capabilities from given
  )
  insert into agent_slots (agent_id, max_concurrent) select agent_id, slots from given`;

/** Puts runners into the database as if each had enrolled and opened a session; `kindOf` says what the nth one can do. */
export async function enrolFleet(db: Db, count: number, kindOf: (n: number) => Kind): Promise<Member[]> {
  const rows = Array.from({ length: count }, (_, n) => {
    const [runner_id, holder_id, agent_id] = [randomUUID(), randomUUID(), randomUUID()];
    const { token: credential, secret_hash } = mintToken('whr', runner_id);
    return { runner_id, holder_id, agent_id, credential, secret_hash: secret_hash.toString('hex'), n, ...kindOf(n) };
  });
  await db.query(ENROL_SQL, [JSON.stringify(rows)]);
  return rows.map(({ runner_id, credential, holder_id, agent_id }) => ({
    runner_id,
    credential,
    holder_id,
    agent_id,
  }));
}
