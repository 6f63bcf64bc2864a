import { createHash } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { word } from '../agents/schema.ts';
import { request } from '../client/request.ts';
import { WhooshError } from '../client/whoosh-error.ts';
import type { RunnerApi, RunnerCredential } from './api.ts';
import { RunnerError } from './runner-error.ts';
import { writeDurably } from './write-durably.ts';

const storedCredential = z.object({
  server: z.string(),
  runner_id: z.string(),
  name: z.string(),
  credential: z.string(),
  /** When it was stored, by this machine's clock; it decides nothing but when to renew. */
  issued_at: z.string(),
  /** SHA-256 of the enrolment token: the same one again is no wish to enrol anew. */
  enrolled_with: z.string(),
});
export type StoredCredential = z.infer<typeof storedCredential>;

export type EnrolWish = {
  server: string;
  /** The runner's folder; it holds credential.json (0600). */
  folder: string;
  /** Enrolment token; needed the first time only. */
  token?: string | undefined;
  /** How lists call the runner; default: the host's name. Heeded when it enrols. */
  name?: string | undefined;
  signal?: AbortSignal | undefined;
};

const ENROL_WITHIN_MS = 60_000;
const ROTATE_AFTER_MS = 30 * 86_400_000;

/**
 * The credential in the runner's folder; without one, or when a new token is given, the runner enrols first. Refuses
 * (RunnerError): no credential and no token, a credential of another server, a token that was used.
 */
export async function obtainCredential(wish: EnrolWish): Promise<StoredCredential> {
  const path = join(wish.folder, 'credential.json');
  const stored = await read(path);
  const isNewToken = wish.token !== undefined && stored?.enrolled_with !== fingerprint(wish.token);
  if (isNewToken) return enrol(path, wish, wish.token!);
  if (!stored) {
    throw new RunnerError(
      `${wish.folder} holds no credential: give an enrolment token (--token), made by \`whoosh runner enrol\`.`,
    );
  }
  if (stored.server === wish.server) return stored;
  throw new RunnerError(
    `${path} is for ${stored.server}, not for ${wish.server}: give a token of that server, or another folder (--folder).`,
  );
}

/**
 * Renews the credential when it is older than 30 days. The server takes the old one for another 24 hours and the new one
 * is on disk before it is used, so that the runner may be killed at any moment. Throws WhooshError.
 */
export async function rotateIfOld(
  folder: string,
  stored: StoredCredential,
  api: RunnerApi,
  signal?: AbortSignal,
): Promise<StoredCredential> {
  const age = Date.now() - Date.parse(stored.issued_at);
  // Negative: it was stored by a clock that ran ahead. Renewing costs nothing.
  if (age >= 0 && age < ROTATE_AFTER_MS) return stored;
  const { credential } = await api.rotateCredential({ signal });
  return store(join(folder, 'credential.json'), { ...stored, credential });
}

async function read(path: string): Promise<StoredCredential | undefined> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw new RunnerError(`${path} cannot be read: ${error.message}`, error);
  });
  if (text === undefined) return undefined;
  // Somebody may have copied it with other rights.
  await chmod(path, 0o600);
  try {
    return storedCredential.parse(JSON.parse(text));
  } catch (cause) {
    throw new RunnerError(`${path} is damaged: delete it and enrol again with a new token.`, cause);
  }
}

async function enrol(path: string, { server, name, signal }: EnrolWish, token: string): Promise<StoredCredential> {
  const retry = { withinMs: ENROL_WITHIN_MS };
  const json = { token, name: name ?? nameOfHost() };
  try {
    const call = { server, path: '/api/v1/runners/enrol', method: 'POST', json, retry, signal } as const;
    const { runner_id, credential } = await request<RunnerCredential>(call);
    return await store(path, { server, runner_id, name: json.name, credential, enrolled_with: fingerprint(token) });
  } catch (error) {
    if (!(error instanceof WhooshError)) throw error;
    throw new RunnerError(`The runner could not enrol at ${server}: ${error.message}`, error);
  }
}

async function store(path: string, credential: Omit<StoredCredential, 'issued_at'>): Promise<StoredCredential> {
  const stored = { ...credential, issued_at: new Date().toISOString() };
  await writeDurably(path, `${JSON.stringify(stored, null, 2)}\n`);
  return stored;
}

const fingerprint = (token: string): string => createHash('sha256').update(token).digest('hex');

function nameOfHost(): string {
  const name = hostname()
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 100);
  return word.safeParse(name).success ? name : 'runner';
}
