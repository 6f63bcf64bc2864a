import openapiTS, { astToString } from 'openapi-typescript';

const HEADER =
  '/** The API as types, from docs/openapi.json. Generated: change the routes and run `npm run generate`. */\n\n';

type Operation = { responses?: Record<string, unknown> };
type ApiDocument = { paths: Record<string, Record<string, Operation>> };

/** The API document as TypeScript, for the SDK: fields with a default may be left out of a request. */
export async function clientTypes(apiDocument: string): Promise<string> {
  const ast = await openapiTS(withoutRefusals(JSON.parse(apiDocument)) as never, { defaultNonNullable: false });
  return HEADER + astToString(ast);
}

// Every refusal is a WhooshError, whatever the route; without them the types are a third as long.
function withoutRefusals(document: ApiDocument): ApiDocument {
  for (const operation of Object.values(document.paths).flatMap((item) => Object.values(item))) {
    for (const status of Object.keys(operation.responses ?? {}))
      if (status >= '400') delete operation.responses?.[status];
  }
  return document;
}
