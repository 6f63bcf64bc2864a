import { SETTING_ROWS } from '../src/config.ts';
import { markdownTable } from './markdown-table.ts';

const INTRODUCTION = `# Configuration

\`\`\`sh
WHOOSH_PORT=9000 DATABASE_URL=postgres://whoosh@db/whoosh npx whoosh serve
npx whoosh config        # every setting: its value, and where that comes from
\`\`\`

The server is set up by environment variables, read once at its start. One that cannot be used stops the start (exit 78)
and is named with what was expected, a line each. Nothing is silently replaced: production refuses a missing \`DATABASE_URL\` or
\`SECRETS_KEY\`, placeholders in the place of secrets, plain HTTP for other machines and \`CORS_ORIGINS=*\`.
\`npm run example refuses\` shows each refusal, \`deploy/env.production\` is an example with every setting, and
\`whoosh doctor --production\` says what is still missing.
A secret may be given as a file: \`DATABASE_URL_FILE=/run/secrets/database_url\`, as Docker and Kubernetes hand secrets out.

## Settings of the server

`;

const SEVERAL_HOSTS = `
## A database with a standby

\`\`\`sh
DATABASE_URL='postgres://whoosh@db1:5432,db2:5432/whoosh?target_session_attrs=read-write' npx whoosh serve
\`\`\`

Name every host, as libpq takes them; also \`?host=db1,db2&port=5432,5433\`. A server connects to the first that accepts
writes, never to a standby, and looks again when it cannot connect or is refused a write. So after a failover the servers
follow by themselves: within the second when the old primary refuses connections, and when it is silent after
\`DB_QUERY_TIMEOUT_MS\` for statements under way and \`DB_CONNECT_TIMEOUT_MS\` and a second for new ones. Until then
requests are answered by 503 and may be repeated; running work goes on, and no lease is taken away before its holder had
a whole one to renew.

- What was acknowledged is on the new primary only if commits wait for it: \`synchronous_standby_names\` and
  \`synchronous_commit = on\`, which is the default.
- Who promotes the standby is your tool's business, and so is it to keep the old primary away: while two hosts accept
  writes, a server that starts takes the one that is named first.

`;

const CLIENTS = `
## Settings of the CLI and the runner

| variable | expects | default | about |
| --- | --- | --- | --- |
| \`WHOOSH_URL\` | http:// or https:// URL | the server that runs on the data folder | The server that commands and the runner talk to; \`--server\` goes first. |
| \`WHOOSH_API_KEY\` | \`whk_...\` | the admin key in the data folder, for that server only | The key that commands send; \`--key\` goes first. |
| \`WHOOSH_ENROLMENT_TOKEN\` | \`whe_...\` | | What a runner enrols with; \`--token\` goes first. |
| \`WHOOSH_DATA_DIR\` | folder | \`./.whoosh\` | Where commands look for the server of this machine. |
| \`NO_COLOR\` | anything | | Set, nothing is coloured. |

`;

const ENDING = `
Generated from \`src/config/\`. Something does not work? \`npx whoosh doctor\`.
`;

/** docs/configuration.md */
export const configurationPage = (): string =>
  INTRODUCTION +
  markdownTable(
    ['variable', 'expects', 'default', 'about'],
    SETTING_ROWS.map((row) => [
      `\`${row.env}\``,
      row.expects,
      row.default === undefined ? '' : `\`${row.default}\``,
      row.about + (row.secret ? ` Never logged. Or as a file: \`${row.env}_FILE\`.` : ''),
    ]),
  ) +
  SEVERAL_HOSTS.trimEnd() +
  '\n' +
  CLIENTS.trimEnd() +
  '\n' +
  ENDING;
