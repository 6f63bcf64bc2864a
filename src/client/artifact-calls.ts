import type { components } from './api.gen.ts';
import type { Api, CallOptions } from './api.ts';
import { readAnswer } from './read-answer.ts';
import { withRetries } from './retries.ts';
import { send } from './send.ts';

export type Artifact = components['schemas']['Artifact'];

const NEVER = new AbortController().signal;

/** Calls about artifacts: the files that attempts leave behind. */
export const artifactCalls = ({ call, at, retry }: Api) => ({
  listArtifacts: async (taskId: string, options: CallOptions = {}): Promise<Artifact[]> =>
    (await call('get', '/api/v1/tasks/{id}/artifacts', { path: { id: taskId }, ...options })).items,

  /** The bytes as they arrive. A break in the middle throws: begin again. */
  downloadArtifact: (
    taskId: string,
    artifactId: string,
    { signal = NEVER }: Pick<CallOptions, 'signal'> = {},
  ): Promise<ReadableStream<Uint8Array>> =>
    withRetries(
      async () => {
        const path = at('/api/v1/tasks/{id}/artifacts/{artifact_id}', { id: taskId, artifact_id: artifactId });
        const response = await send(path, signal);
        if (!response.ok) await readAnswer(response);
        return response.body ?? new Blob([]).stream();
      },
      { retry, signal },
    ),

  /**
   * Uploads a file of an attempt, at most 100 MiB; one of the same name is replaced. Takes the attempt's own token, or
   * that of the runner that holds it. Refuses: lease_lost, body_too_large.
   */
  uploadArtifact: (
    { taskId, epoch, name }: { taskId: string; epoch: number; name: string },
    content: Blob | string,
    { type = 'application/octet-stream', ...options }: CallOptions & { type?: string } = {},
  ) =>
    call('put', '/api/v1/tasks/{id}/attempts/{epoch}/artifacts/{name}', {
      path: { id: taskId, epoch, name },
      content: { body: content, type },
      ...options,
    }),
});
