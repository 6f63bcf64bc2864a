import { SETTING_ROWS } from '../src/config.ts';
import { markdownTable } from './markdown-table.ts';

const INTRODUCTION = `# Configuration

\`\`\`sh
WHOOSH_PORT=9000 DATABASE_URL=postgres://whoosh@db/whoosh npx whoosh serve
npx whoosh config        # every setting: its value, and where that comes from
\`\`\`

The server is set up by environment variables, read once at its start. One that cannot be used stops the start (exit 78)
and is named with what was expected. Nothing is silently replaced: in production a missing \`DATABASE_URL\` stops the start.

## Settings of the server

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
Generated from \`src/config.ts\`. Something does not work? \`npx whoosh doctor\`.
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
      row.about + (row.secret ? ' Never logged.' : ''),
    ]),
  ) +
  CLIENTS.trimEnd() +
  '\n' +
  ENDING;
