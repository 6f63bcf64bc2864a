import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { artifactView } from './attempt-schema.ts';
import { noLease } from './no-lease.ts';

export type ArtifactView = z.infer<typeof artifactView>;
export type NewArtifact = {
  task_id: string;
  epoch: number;
  runner_id: string | null;
  name: string;
  content_type: string;
};

const MOST_BYTES = 104_857_600;
const CHUNK_BYTES = 1_048_576;
const MOST_FILES = 200;
const MOST_BYTES_OF_ALL = 1_073_741_824;

/** Takes effect only while the attempt holds the lease, and for a runner only if it is the holder. */
const HELD_SQL = `
  select t.id from live_tasks t join holders h on h.id = t.holder_id
  where t.id = $1 and t.epoch = $2 and ($3::uuid is null or h.runner_id = $3)
  for share of t`;

/**
 * Stores a file of an attempt while it streams in, in chunks of 1 MiB; one of the same name is replaced.
 * Refuses: body_too_large (over 100 MiB), artifacts_full (200 files or 1 GiB an attempt), lease_lost. Nothing of a refused or broken upload stays.
 */
export async function storeArtifact(db: Db, artifact: NewArtifact, body: AsyncIterable<Buffer>): Promise<ArtifactView> {
  // Also before the first byte: whoever holds nothing must not make the database write 100 MiB to be refused.
  await requireHeld(db, artifact);
  const id = uuidv7();
  try {
    const { size_bytes, sha256 } = await storeChunks(db, id, body);
    return await db.transaction((trx) => publish(trx, { ...artifact, id, size_bytes, sha256 }));
  } catch (error) {
    await db.query('delete from artifact_chunks where artifact_id = $1', [id]);
    throw error;
  }
}

async function requireHeld(db: Db, { task_id, epoch, runner_id }: NewArtifact): Promise<void> {
  const [held] = await db.query(HELD_SQL, [task_id, epoch, runner_id]);
  if (!held) throw noLease({ task_id, epoch });
}

async function storeChunks(
  db: Db,
  id: string,
  body: AsyncIterable<Buffer>,
): Promise<{ size_bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let size_bytes = 0;
  let seq = 0;
  for await (const chunk of inChunks(body)) {
    size_bytes += chunk.length;
    if (size_bytes > MOST_BYTES) throw new AppError('body_too_large', `An artifact may be ${MOST_BYTES} bytes.`);
    hash.update(chunk);
    await db.query('insert into artifact_chunks (artifact_id, seq, bytes) values ($1, $2, $3)', [id, seq++, chunk]);
  }
  return { size_bytes, sha256: hash.digest('hex') };
}

async function* inChunks(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(part);
    bytes += part.length;
    if (bytes < CHUNK_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    bytes = 0;
  }
  if (bytes) yield Buffer.concat(parts);
}

type Published = NewArtifact & { id: string; size_bytes: number; sha256: string };

async function publish(trx: Db, artifact: Published): Promise<ArtifactView> {
  const { id, task_id, epoch, name, content_type, size_bytes, sha256 } = artifact;
  await requireHeld(trx, artifact);
  // One after the other: of two uploads of one name at once, such as a repeat after a time-out, each would be the first.
  await trx.query('select from attempts where task_id = $1 and epoch = $2 for update', [task_id, epoch]);
  await trx.query(
    `with old as (delete from artifacts where task_id = $1 and epoch = $2 and name = $3 returning id)
     delete from artifact_chunks where artifact_id in (select id from old)`,
    [task_id, epoch, name],
  );
  await requireRoom(trx, artifact);
  const [stored] = await trx.query<ArtifactView>(
    `insert into artifacts (id, task_id, epoch, name, content_type, size_bytes, sha256)
     values ($1, $2, $3, $4, $5, $6, decode($7, 'hex'))
     returning id, task_id, epoch, name, content_type, size_bytes, encode(sha256, 'hex') as sha256, created_at`,
    [id, task_id, epoch, name, content_type, size_bytes, sha256],
  );
  return stored!;
}

async function requireRoom(trx: Db, { task_id, epoch, size_bytes }: Published): Promise<void> {
  const [kept] = await trx.query<{ files: number; bytes: number }>(
    `select count(*)::int as files, coalesce(sum(size_bytes), 0)::bigint as bytes
     from artifacts where task_id = $1 and epoch = $2`,
    [task_id, epoch],
  );
  if (kept!.files < MOST_FILES && kept!.bytes + size_bytes <= MOST_BYTES_OF_ALL) return;
  throw new AppError('artifacts_full', `The attempt has ${kept!.files} artifacts of ${kept!.bytes} bytes already.`);
}
