import type { Key } from '../../client/access-calls.ts';
import { DATABASE_RULES } from '../../config/production-rules.ts';
import { readConfig } from '../../config.ts';
import { createLog } from '../../lib/log.ts';
import { type CreateKey, createKey as createKeyBody } from '../../members/schema.ts';
import { CliError } from '../cli-error.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { printJson } from '../show/json.ts';
import { withDatabase } from '../with-database.ts';

type Options = ServerOptions & { json?: true; role: Key['role']; project?: string; ttl?: number; database?: true };

/** `whoosh key create`: the secret alone goes to standard output. */
export async function createKey(io: Io, options: Options, name: string): Promise<void> {
  const { role, project, ttl, database } = options;
  const wanted = { name, role, ...(project && { project }), ...(ttl && { ttl_ms: ttl }) };
  const key = database ? await createInDatabase(io, wanted) : await (await openClient(io, options)).createKey(wanted);
  if (options.json) return printJson(io, key);
  io.stdout.write(`${key.secret}\n`);
  const until = key.expires_at ? `, valid until ${key.expires_at}` : '';
  io.stderr.write(`Key ${key.id} with the role ${key.role}${until}. Its secret is shown this once.\n`);
}

/** Before there is a key no server can be asked for one; whoever may write into its database needs none. */
async function createInDatabase(io: Io, wanted: CreateKey) {
  const { createFirstKey } = await import('../../operate/create-first-key.ts');
  const config = readConfig(io.env, DATABASE_RULES);
  return withDatabase(config, createLog('silent', false), (url) => createFirstKey(url, readInput(wanted)));
}

function readInput(wanted: CreateKey): CreateKey {
  const { data, error } = createKeyBody.safeParse(wanted);
  if (data) return data;
  const details = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new CliError(details.join('; '), { code: 'usage', exit: 'usage' });
}
