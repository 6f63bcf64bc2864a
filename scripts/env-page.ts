import { SETTING_ROWS } from '../src/config.ts';

const INTRODUCTION = `# The settings of a production server: copy this to .env.production, which git ignores, and set what you need.
#
#   cp deploy/env.production .env.production
#   docker run --env-file .env.production ...
#
# What begins with # is optional; it shows the default. Secrets are files that only the server can read, and no values.
# Every setting: docs/configuration.md. What is still missing: whoosh doctor --production. Made from src/config/.
`;

/** What a production server is given, where that is not the default. */
const GIVEN: Record<string, string> = {
  WHOOSH_MODE: 'production',
  WHOOSH_HOST: '0.0.0.0',
  TRUSTED_PROXY_HOPS: '1',
};
const REQUIRED_SECRETS = ['DATABASE_URL', 'SECRETS_KEY'];

type Row = (typeof SETTING_ROWS)[number];

/** deploy/env.production */
export const envPage = (): string => [INTRODUCTION, ...SETTING_ROWS.map(entry)].join('\n');

function entry(row: Row): string {
  const told = wrap(`${row.about.replaceAll('`', '')} Expects: ${row.expects}.`);
  return `${told.map((line) => `# ${line}`).join('\n')}\n${assignment(row)}\n`;
}

function assignment({ env, secret, default: usual }: Row): string {
  if (secret) {
    const line = `${env}_FILE=/run/secrets/${env.toLowerCase()}`;
    return REQUIRED_SECRETS.includes(env) ? line : `#${line}`;
  }
  return GIVEN[env] ? `${env}=${GIVEN[env]}` : `#${env}=${usual ?? ''}`;
}

function wrap(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line.length + word.length > 116) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}
