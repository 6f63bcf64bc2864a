import { z } from 'zod';
import type { Context } from '../context.ts';
import type { App } from '../http/app-types.ts';
import { readCursor, toPage } from '../http/page.ts';
import { pageOf, pageQuery } from '../lib/schema.ts';
import { actorName } from './actor.ts';
import { createKey } from './create-key.ts';
import { keyProject } from './key-project.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';
import { createKey as createKeyBody, keyView, newKey } from './schema.ts';

const tags = ['keys'];
const config = { permission: 'key.manage' } as const;
const params = z.object({ id: z.uuid() });

/** Routes of API keys: create, list, rotate, revoke. An admin of one project sees and makes keys of that project only. */
export function memberRoutes(app: App, { db, notify }: Context): void {
  app.post(
    '/keys',
    {
      config,
      schema: {
        operationId: 'createKey',
        summary: 'Create an API key',
        tags,
        body: createKeyBody,
        response: { 201: newKey.describe('The new key with its secret, which is shown this once') },
      },
    },
    async ({ actor, body }, reply) => {
      const { project, ...input } = body;
      const project_id = await keyProject(db, actor, project);
      const key = await createKey(db, actorName(actor), { ...input, project_id });
      notify('events');
      return reply.code(201).send(key);
    },
  );

  app.get(
    '/keys',
    {
      config: { ...config, shed: 'list' },
      schema: {
        operationId: 'listKeys',
        summary: 'List API keys, newest first',
        tags,
        querystring: pageQuery,
        response: { 200: pageOf(keyView).describe('A page of keys') },
      },
    },
    async ({ actor, query }) => {
      const before = readCursor(query.cursor, z.uuid());
      return toPage(await listKeys(db, actor, before, query.limit + 1), query.limit, ({ id }) => id);
    },
  );

  app.post(
    '/keys/:id/rotate',
    {
      config: { ...config, errors: ['invalid_state'] },
      schema: {
        operationId: 'rotateKey',
        summary: 'Give a key a new secret; the one before stays valid for 24 hours',
        tags,
        params,
        response: { 200: newKey.describe('The key with its new secret, which is shown this once') },
      },
    },
    async ({ actor, params }) => {
      const key = await rotateKey(db, actor, params.id);
      // A secret that was replaced a second time is dead now, and may still be remembered.
      notify('credentials');
      notify('events');
      return key;
    },
  );

  app.delete(
    '/keys/:id',
    {
      config,
      schema: {
        operationId: 'revokeKey',
        summary: 'Revoke a key, at once and for good',
        tags,
        params,
        response: { 204: z.undefined().describe('The key is revoked') },
      },
    },
    async ({ actor, params }, reply) => {
      await revokeKey(db, actor, params.id);
      notify('credentials');
      notify('events');
      return reply.code(204).send();
    },
  );
}
