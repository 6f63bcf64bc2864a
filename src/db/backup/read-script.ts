import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HEAD, type Manifest, manifest, TAIL, type Tally, tally } from './manifest.ts';
import { ScriptTally } from './tally-script.ts';

/** What a back-up says of itself, once all of it was read and found to be so. */
export type CheckedScript = { manifest: Manifest; tally: Tally };

/** The last line stands within so many bytes of the end. */
const LAST_BYTES = 1 << 20;

/** The bytes of a back-up file, not compressed. */
export function readScript(file: string): AsyncIterable<Buffer> {
  // The error of either comes out of the one that is read.
  return pipeline(createReadStream(file), createGunzip({ chunkSize: 1 << 18 }), () => {});
}

/**
 * Reads all of a back-up and makes sure that it is whole. Refuses (Error, one sentence) what is no back-up, is cut off or
 * was changed, before anything is done with it.
 */
export async function checkScript(file: string): Promise<CheckedScript> {
  const counted = new ScriptTally();
  const lines: string[] = [];
  const note = (text: string) => {
    if (!lines.length) lines.push(requireHead(file, text));
  };
  const last = await holdBack(file, (chunk) => counted.add(chunk, note));
  const at = last.lastIndexOf(TAIL);
  if (at < 0) throw broken(file, 'its last line is missing');
  counted.add(last.subarray(0, at), note);
  return { manifest: readManifest(file, lines[0]), tally: compare(file, last.toString('utf8', at), counted) };
}

/** Gives everything but the end to `take`, and answers the end. */
async function holdBack(file: string, take: (chunk: Buffer) => void): Promise<Buffer> {
  let last: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of readScript(file)) {
      last = Buffer.concat([last, chunk]);
      if (last.length < 2 * LAST_BYTES) continue;
      take(last.subarray(0, -LAST_BYTES));
      last = last.subarray(-LAST_BYTES);
    }
    return last;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // What reading the file itself met, such as ENOENT, says what is wrong.
    if (error instanceof NotABackUp || (code && !code.startsWith('Z_'))) throw error;
    throw broken(file, message === 'incorrect header check' ? 'it is not compressed' : message);
  }
}

class NotABackUp extends Error {}

const broken = (file: string, why: string): Error =>
  new NotABackUp(`${file} is not a whole back-up of WHOOSH: ${why}. Nothing was changed.`);

function requireHead(file: string, line: string): string {
  if (!line.startsWith(HEAD)) throw broken(file, 'it does not begin like one');
  return line.slice(HEAD.length);
}

function readManifest(file: string, text = ''): Manifest {
  const { success, data } = manifest.safeParse(parse(text));
  if (!success) throw broken(file, 'it has another format than this version knows');
  return data;
}

function compare(file: string, line: string, counted: ScriptTally): Tally {
  const { success, data } = tally.safeParse(parse(line.slice(TAIL.length)));
  if (!success) throw broken(file, 'its last line is cut off');
  if (counted.end().sha256 !== data.sha256) throw broken(file, 'its checksum is another');
  return data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // What it should be is checked by the caller.
  }
}
