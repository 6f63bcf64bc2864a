import { pipeline, type Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { EgressError } from './egress-error.ts';
import type { EgressLimits } from './limits.ts';

type Decoder = Readable & NodeJS.WritableStream;

/** null: as it is. A Map, since a server may well name "constructor". */
const DECODERS = new Map<string, (() => Decoder) | null>([
  ['', null],
  ['identity', null],
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** How much of an unwanted rest is read, and for how long, so that its connection can be used again. */
const REST = { bytes: 65_536, ms: 1000 };

type Fail = (error: unknown) => never;

/**
 * The body of an answer piece by piece, decompressed as it comes, within the caps: a bomb is never held in memory.
 * Refuses (EgressError) `broken`: an encoding nobody asked for, or compressed data that is not; and `too_large`. Who stops
 * reading early gives the connection back, or closes it when the rest does not end at once. `fail` says an error in our words.
 */
export function readBody(raw: Readable, encoding: string, limits: EgressLimits, fail: Fail): AsyncIterable<Buffer> {
  const decoder = DECODERS.get(encoding.trim().toLowerCase());
  if (decoder === undefined) {
    raw.on('error', ignore).destroy();
    throw new EgressError('broken', `The answer is encoded as "${encoding.slice(0, 50)}", which was not asked for.`);
  }
  const wire = capped(raw, limits.wireBytes, 'on the wire', fail);
  return decoder ? capped(decoded(raw, wire, decoder()), limits.decodedBytes, 'decompressed', fail) : wire;
}

/** After so many bytes everybody else has a turn: a socket gives up to 2 MiB at once, which took 200 ms to look through. */
const TURN = 65_536;

async function* capped(source: Readable, most: number, where: string, fail: Fail): AsyncGenerator<Buffer> {
  let bytes = 0;
  let turn = 0;
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > most) throw new EgressError('too_large', `The answer is larger than ${most} bytes ${where}.`);
      yield chunk;
      turn += chunk.length;
      if (turn < TURN) continue;
      turn = 0;
      await nextTurn();
    }
  } catch (error) {
    fail(error);
  } finally {
    dropRest(source);
  }
}

function decoded(raw: Readable, wire: AsyncIterable<Buffer>, decoder: Decoder): Readable {
  // The reader meets the error: the pipeline destroys the decoder with it.
  pipeline(wire, decoder, ignore);
  // Who stops reading while the server is silent would otherwise wait with it for the idle time-out.
  return decoder.once('close', () => raw.on('error', ignore).destroy());
}

function dropRest(source: Readable): void {
  if (source.destroyed || source.readableEnded) return;
  let left = REST.bytes;
  const timer = setTimeout(() => source.destroy(), REST.ms).unref();
  source.on('error', ignore).on('close', () => clearTimeout(timer));
  source.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) source.destroy();
  });
}

function ignore(): void {}
