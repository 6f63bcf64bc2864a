import type { RunningServer } from '../support/running-server.ts';

/** One route with a method, as the API document tells of it. */
export type Operation = { id: string; method: string; path: string; body: JsonSchema | undefined };

/** As much of a JSON Schema as the API document uses. */
export type JsonSchema = {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  $ref?: string;
};

type Document = {
  paths: Record<string, Record<string, { operationId: string; requestBody?: RequestBody }>>;
  components: { schemas: Record<string, JsonSchema> };
};
type RequestBody = { content: Record<string, { schema: JsonSchema }> };

/** Every operation of a running server, and the schemas that its bodies refer to. */
export async function readOperations({ url }: Pick<RunningServer, 'url'>) {
  const { paths, components } = (await (await fetch(`${url}/api/openapi.json`)).json()) as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, requestBody }]): Operation => {
      const body = requestBody?.content['application/json']?.schema;
      return { id: operationId, method: method.toUpperCase(), path, body };
    }),
  );
  return { operations, schemas: components.schemas };
}
