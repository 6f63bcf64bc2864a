/** What a PostgreSQL server says about itself. */
export type ServerFacts = {
  /** `server_version_num`: 150018 is 15.18. */
  version: number;
  version_text: string;
  /** Connections that ordinary users may have: `max_connections` less the reserved ones. */
  usable: number;
  /** Connections that are no replica's: other programs, people, a pooler. */
  foreign: number;
  /** Replicas that run on this server, in any of its databases, this one among them. */
  replicas: number;
  /** Those of this database that are connected now. */
  replicas_here: number;
  standby: boolean;
};

/** Why a server can never carry a replica with `budget` connections, as a sentence for the operator, if it cannot. */
export function serverProblem({ version, version_text, usable }: ServerFacts, budget: number): string | undefined {
  const major = Math.floor(version / 10_000);
  if (major < 15 || major > 18) {
    return `DATABASE_URL leads to PostgreSQL ${version_text}: WHOOSH needs version 15 to 18`;
  }
  if (budget > usable) {
    return `DB_POOL_SIZE and DB_MAX_OVERFLOW ask for ${budget} connections a replica, and PostgreSQL has ${usable} for all (max_connections less the reserved ones): lower them, or raise max_connections`;
  }
  return undefined;
}
