import type { Db } from '../db/database.ts';
import type { ArtifactView } from './store-artifact.ts';

/** The artifacts of a task, by attempt and name. */
export const listArtifacts = (db: Db, taskId: string): Promise<ArtifactView[]> =>
  db.query<ArtifactView>(
    `select id, task_id, epoch, name, content_type, size_bytes, encode(sha256, 'hex') as sha256, created_at
     from artifacts where task_id = $1 order by epoch, name`,
    [taskId],
  );

/** The bytes of an artifact, 1 MiB at a time, so that a download never holds more than that in memory. */
export async function* readArtifactBytes(db: Db, artifactId: string): AsyncGenerator<Buffer> {
  for (let seq = 0; ; seq++) {
    const [chunk] = await db.query<{ bytes: Buffer }>(
      'select bytes from artifact_chunks where artifact_id = $1 and seq = $2',
      [artifactId, seq],
      { name: 'artifacts-chunk' },
    );
    if (!chunk) return;
    yield chunk.bytes;
  }
}
