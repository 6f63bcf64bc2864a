import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { EgressError } from './egress-error.ts';
import type { EgressLimits } from './limits.ts';

/** What a server sent uncompressed is bounded by the wire cap alone. */
const DECODERS: Record<string, (() => Readable & NodeJS.WritableStream) | null> = {
  '': null,
  identity: null,
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** How much of an unwanted rest is read, and for how long, so that its connection can be used again. */
const REST = { bytes: 65_536, ms: 1000 };

/**
 * The body of an answer piece by piece, decompressed as it comes, within the caps: a bomb is never held in memory.
 * Refuses (EgressError) `broken`: an encoding nobody asked for, or compressed data that is not; and `too_large`. Who stops
 * reading early gives the connection back, or closes it when the rest does not end at once.
 */
export function readBody(raw: Readable, encoding: string, limits: EgressLimits): AsyncIterable<Buffer> {
  const decoder = DECODERS[encoding.trim().toLowerCase()];
  if (decoder === undefined) {
    raw.on('error', ignore).destroy();
    throw new EgressError('broken', `The answer is encoded as "${encoding.slice(0, 50)}", which was not asked for.`);
  }
  const wire = capped(raw, limits.wireBytes, 'on the wire');
  return decoder ? capped(decoded(wire, decoder()), limits.decodedBytes, 'decompressed') : wire;
}

async function* capped(source: Readable, most: number, where: string): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > most) throw new EgressError('too_large', `The answer is larger than ${most} bytes ${where}.`);
      yield chunk;
    }
  } finally {
    dropRest(source);
  }
}

function decoded(wire: AsyncIterable<Buffer>, decoder: Readable & NodeJS.WritableStream): Readable {
  // The reader meets the error: the pipeline destroys the decoder with it.
  pipeline(wire, decoder, ignore);
  return decoder;
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
