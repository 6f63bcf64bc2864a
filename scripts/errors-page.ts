import { ERRORS } from '../src/errors.ts';
import { markdownTable } from './markdown-table.ts';

const INTRODUCTION = `# Errors

\`\`\`json
{ "type": "urn:whoosh:error:invalid_state", "title": "Invalid state", "status": 409, "code": "invalid_state",
  "detail": "Task 0198... has succeeded: it cannot be cancelled.", "request_id": "0198...", "errors": [] }
\`\`\`

Every refusal is a problem document (RFC 9457, \`application/problem+json\`). Decide by \`code\`; show \`detail\` to people.
\`errors\` names each field that was wrong, \`request_id\` finds the request in the server's log. 429 and 503 come with
\`Retry-After\`: wait so long and send the same again. The SDK throws these codes as \`WhooshError\`, the CLI prints them.

## Codes

`;

const ENDING = `
Three more are met by clients only: \`unreachable\` (no connection, or it broke), \`timeout\` (no answer in time) and
\`unexpected_answer\` (something other than WHOOSH answered, such as a proxy).

Generated from \`src/errors.ts\`. Next: [the API](api.md), [the SDK](sdk.md).
`;

/** docs/errors.md */
export const errorsPage = (): string =>
  INTRODUCTION +
  markdownTable(
    ['code', 'status', 'meaning, and what to do'],
    Object.entries(ERRORS).map(([code, [status, meaning]]) => [`\`${code}\``, String(status), meaning]),
  ) +
  ENDING;
