import { Readable } from 'node:stream';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { App, Routes } from '../http/app-types.ts';
import type { Actor } from '../members/actor.ts';
import { artifactView } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { listArtifacts, readArtifactBytes } from './read-artifacts.ts';
import { readTaskFor } from './read-task-for.ts';
import { storeArtifact } from './store-artifact.ts';

const tags = ['artifacts'];
const MOST_BYTES = 104_857_600;
const ofTask = z.object({ id: z.uuid() });
const name = z
  .string()
  .regex(/^[^/\\\p{Cc}]{1,200}$/u, 'expected a file name: no slash, no control character, at most 200')
  .refine((text) => text !== '.' && text !== '..', 'not a file name');

/** Files that an attempt leaves behind. */
export const artifactRoutes =
  (desk: TaskDesk): Routes =>
  async (app) => {
    const { db } = desk.context;

    app.get(
      '/tasks/:id/artifacts',
      {
        config: { permission: ['task.read', 'attempt.self'] },
        schema: {
          tags,
          operationId: 'listArtifacts',
          summary: 'List the artifacts of a task',
          params: ofTask,
          response: { 200: z.object({ items: z.array(artifactView) }) },
        },
      },
      async ({ actor, params: { id } }) => ({ items: await listArtifacts(db, (await readTaskFor(db, actor, id)).id) }),
    );

    app.get(
      '/tasks/:id/artifacts/:artifact_id',
      {
        config: { permission: ['task.read', 'attempt.self'] },
        schema: {
          tags,
          operationId: 'downloadArtifact',
          summary: 'Download an artifact',
          params: ofTask.extend({ artifact_id: z.uuid() }),
          response: {
            200: { description: 'the bytes', content: { 'application/octet-stream': { schema: z.unknown() } } },
          },
        },
      },
      async ({ actor, params: { id, artifact_id } }, reply) => {
        const ofThisTask = await listArtifacts(db, (await readTaskFor(db, actor, id)).id);
        const artifact = ofThisTask.find((one) => one.id === artifact_id);
        if (!artifact) throw new AppError('not_found', `Task ${id} has no artifact ${artifact_id}.`);
        // What an agent produced is never rendered by a browser: always a download, never its claimed type sniffed.
        reply.header('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(artifact.name)}`);
        reply.header('Content-Type', 'application/octet-stream').header('Content-Length', artifact.size_bytes);
        return reply.send(Readable.from(readArtifactBytes(db, artifact.id)));
      },
    );

    await app.register(async (uploads: App) => {
      uploads.removeAllContentTypeParsers();
      uploads.addContentTypeParser('*', { bodyLimit: MOST_BYTES }, async (_request: unknown, body: unknown) => body);
      uploads.put(
        '/tasks/:id/attempts/:epoch/artifacts/:name',
        {
          bodyLimit: MOST_BYTES,
          config: {
            permission: ['attempt.report', 'attempt.self'],
            errors: ['lease_lost', 'body_too_large', 'artifacts_full'],
          },
          schema: {
            tags,
            operationId: 'uploadArtifact',
            summary: 'Upload an artifact',
            description: 'The raw bytes, at most 100 MiB, streamed. One of the same name is replaced.',
            params: z.object({ id: z.uuid(), epoch: z.coerce.number().int().min(1).max(2_147_483_647), name }),
            response: { 201: artifactView },
          },
        },
        async (request, reply) => {
          const { id: task_id, epoch, name } = request.params;
          const runner_id = uploaderOf(request.actor, task_id, epoch);
          const content_type = (request.headers['content-type'] ?? 'application/octet-stream').slice(0, 200);
          const artifact = { task_id, epoch, runner_id, name, content_type };
          return reply.code(201).send(await storeArtifact(db, artifact, (request.body ?? []) as AsyncIterable<Buffer>));
        },
      );
    });
  };

/** An attempt may upload for itself alone; a runner for what it holds, which `storeArtifact` checks. */
function uploaderOf(actor: Actor, taskId: string, epoch: number): string | null {
  if (actor.kind === 'runner') return actor.runner_id;
  if (actor.kind === 'attempt' && actor.task_id === taskId && actor.epoch === epoch) return null;
  throw new AppError('not_found', `Attempt ${epoch} of task ${taskId} is not yours.`);
}
