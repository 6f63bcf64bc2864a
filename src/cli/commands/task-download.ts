import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Artifact } from '../../client/artifact-calls.ts';
import { CliError } from '../cli-error.ts';
import type { ServerOptions } from '../find-server.ts';
import type { Io } from '../io.ts';
import { openClient } from '../open-client.ts';
import { showBytes } from '../show/bytes.ts';
import { printJson } from '../show/json.ts';
import { oneLine } from '../show/one-line.ts';

type Options = ServerOptions & { json?: true; output?: string };

/** `whoosh task download` */
export async function downloadArtifact(io: Io, options: Options, id: string, name: string): Promise<void> {
  const client = await openClient(io, options);
  const artifact = newest(await client.listArtifacts(id), name);
  if (!artifact) throw notThere(id, name);
  const bytes = await client.downloadArtifact(id, artifact.id);
  if (options.output === '-') return pipeline(bytes, io.stdout as NodeJS.WritableStream, { end: false });
  const file = resolve(io.cwd, options.output ?? basename(artifact.name));
  await writeNew(file, bytes);
  if (options.json) return printJson(io, { ...artifact, file });
  io.stdout.write(`${oneLine(file)} (${showBytes(artifact.size_bytes)})\n`);
}

/** By id, else the one of that name that was uploaded last. */
function newest(artifacts: Artifact[], name: string): Artifact | undefined {
  const named = artifacts.filter((artifact) => artifact.name === name).sort((a, b) => a.epoch - b.epoch);
  return artifacts.find(({ id }) => id === name) ?? named.at(-1);
}

/** Never replaces a file: the name is the agent's choice. A file that was not finished does not stay. */
async function writeNew(file: string, bytes: ReadableStream<Uint8Array>): Promise<void> {
  const output = createWriteStream(file, { flags: 'wx' });
  try {
    await pipeline(bytes, output);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Pending means that it was never opened, so there is nothing of ours.
    if (!output.pending) await rm(file, { force: true });
    if (code !== 'EEXIST') throw error;
    throw new CliError(`${file} exists and is left as it is`, { code, hint: 'Give another name with --output.' });
  }
}

const notThere = (id: string, name: string) =>
  new CliError(`Task ${id} has no artifact "${name}"`, {
    code: 'not_found',
    hint: `\`whoosh task artifacts ${id}\` lists what there is.`,
  });
