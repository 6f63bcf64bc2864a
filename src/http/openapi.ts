import { STATUS_CODES } from 'node:http';
import swagger from '@fastify/swagger';
import type { FastifyContextConfig, FastifySchema } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { VERSION } from '../lib/version.ts';
import type { App } from './app-types.ts';
import { problem } from './problem.ts';
import { tidyComponents } from './tidy-components.ts';

const INFO = {
  title: 'WHOOSH',
  version: VERSION,
  description: 'The control plane for a fleet of AI agents: submit work, follow it, and see who did it.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

/** In the order of the page. */
const TAGS = {
  tasks: 'Hand work in, follow it, cancel it, and ask why it waits.',
  artifacts: 'Files that attempts leave behind.',
  events: 'What happens, as it happens.',
  agents: 'What can do tasks.',
  runners: 'The processes on the machines of agents.',
  attempts: 'What a runner reports of the attempts it holds.',
  questions: 'What running work asks, and what people answer.',
  projects: 'What groups tasks and keeps them apart.',
  keys: 'Credentials of people and programs.',
  health: 'Probes, and the page for operators.',
};

// zod writes the regular expression of every uuid and date-time out, 400 characters each; `format` says the same.
const zodToJsonConfig = {
  override({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: z.core.JSONSchema.BaseSchema }) {
    if (jsonSchema.format) delete jsonSchema.pattern;
    if (zodSchema._zod.def.type === 'undefined') jsonSchema.type = 'null';
  },
};
const transform = createJsonSchemaTransform({ zodToJsonConfig });
const transformObject = createJsonSchemaTransformObject({ zodToJsonConfig });

/**
 * Collects the API document (OpenAPI 3.1) from the routes that come after it, and serves it at /api/openapi.json. It is
 * made at the first request for it: 100 ms that a start need not wait for.
 */
export async function describeApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: INFO,
      servers: [{ url: '/' }],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'whk_..., whr_... or wha_...' } },
      },
      security: [{ bearer: [] }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transform: (input) => transform({ ...input, schema: withProblems(input.schema, input.route.config) }),
    transformObject: (input) => tidyComponents(nameAnswers(transformObject(input)) as never),
  });
  app.get('/api/openapi.json', { config: { permission: 'public' }, schema: { hide: true } as FastifySchema }, () =>
    app.swagger(),
  );
}

/** Adds to a route's own answers what it may refuse with. */
function withProblems(schema: FastifySchema | undefined, config: Partial<FastifyContextConfig> = {}): FastifySchema {
  if (!schema || !config.permission) return schema ?? {};
  const isPublic = config.permission === 'public';
  const problems = Object.entries(Object.groupBy(refusals(schema, config, isPublic), (code) => ERRORS[code][0]));
  const described = problems.map(([status, codes]) => [status, problemResponse(codes!)]);
  return {
    ...schema,
    ...(isPublic && { security: [] }),
    response: { ...Object.fromEntries(described), ...(schema.response as object) },
  } as FastifySchema;
}

function refusals(schema: FastifySchema, config: Partial<FastifyContextConfig>, isPublic: boolean): ErrorCode[] {
  return [
    ...(isPublic ? [] : (['unauthenticated', 'forbidden'] as const)),
    ...(schema.params ? (['not_found'] as const) : []),
    ...(schema.body ? (['malformed_json', 'body_too_large', 'unsupported_media_type', 'json_too_deep'] as const) : []),
    'invalid_request',
    ...(config.errors ?? []),
    ...(isPublic && config.essential ? [] : (['rate_limited'] as const)),
    'unavailable',
    ...(config.essential ? [] : (['draining'] as const)),
  ];
}

const problemResponse = (codes: ErrorCode[]) => ({
  description: [...new Set(codes)].map((code) => `\`${code}\`: ${ERRORS[code][1]}`).join('\n\n'),
  content: { 'application/problem+json': { schema: problem } },
});

/** Answers that nobody described are called by their status. */
const nameAnswers = (document: object): object =>
  JSON.parse(JSON.stringify(document), (status, value) =>
    value?.description === 'Default Response' ? { ...value, description: STATUS_CODES[status] } : value,
  );
