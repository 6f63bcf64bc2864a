import { writeFileSync } from 'node:fs';

/** Small enough to be made in a moment, and still a whole llama: two layers, byte tokens and ASCII. */
const SIZE = { embedding: 64, heads: 4, layers: 2, feedForward: 128, context: 512 };

const TYPES = { uint32: 4, int32: 5, float32: 6, string: 8, array: 9 };
const KIND = { normal: 1, unknown: 2, control: 3, byte: 6 };

const SPECIAL = [
  { text: '<unk>', kind: KIND.unknown },
  { text: '<s>', kind: KIND.control },
  { text: '</s>', kind: KIND.control },
];

/** Writes a model of random weights, the same for the same `seed`, as a GGUF file (version 3, all F32). */
export function writeTinyGguf(path, seed = 1) {
  const vocabulary = tokens();
  const tensors = tensorsOf(vocabulary.length);
  const chunks = [head(tensors.length, metadata(vocabulary)), ...infos(tensors)];
  pad(chunks);
  const random = randomNumbers(seed);
  for (const tensor of tensors) chunks.push(weights(tensor, random));
  writeFileSync(path, Buffer.concat(chunks));
}

function tokens() {
  const hex = (byte) => byte.toString(16).toUpperCase().padStart(2, '0');
  const bytes = Array.from({ length: 256 }, (_, byte) => ({ text: `<0x${hex(byte)}>`, kind: KIND.byte }));
  const ascii = Array.from({ length: 94 }, (_, at) => ({ text: String.fromCharCode(33 + at), kind: KIND.normal }));
  return [...SPECIAL, ...bytes, ...ascii, { text: '▁', kind: KIND.normal }];
}

const metadata = (vocabulary) => [
  ['general.architecture', 'string', 'llama'],
  ['general.name', 'string', 'tiny'],
  ['llama.context_length', 'uint32', SIZE.context],
  ['llama.embedding_length', 'uint32', SIZE.embedding],
  ['llama.block_count', 'uint32', SIZE.layers],
  ['llama.feed_forward_length', 'uint32', SIZE.feedForward],
  ['llama.attention.head_count', 'uint32', SIZE.heads],
  ['llama.rope.dimension_count', 'uint32', SIZE.embedding / SIZE.heads],
  ['llama.attention.layer_norm_rms_epsilon', 'float32', 1e-5],
  ['tokenizer.ggml.model', 'string', 'llama'],
  ['tokenizer.ggml.tokens', 'string', vocabulary.map(({ text }) => text)],
  ['tokenizer.ggml.scores', 'float32', vocabulary.map((_, at) => -at)],
  ['tokenizer.ggml.token_type', 'int32', vocabulary.map(({ kind }) => kind)],
  ['tokenizer.ggml.bos_token_id', 'uint32', 1],
  ['tokenizer.ggml.eos_token_id', 'uint32', 2],
  ['tokenizer.ggml.unknown_token_id', 'uint32', 0],
];

function tensorsOf(vocabulary) {
  const { embedding: e, feedForward: f } = SIZE;
  const layer = (at) =>
    [
      ['attn_norm', e],
      ['attn_q', e, e],
      ['attn_k', e, e],
      ['attn_v', e, e],
      ['attn_output', e, e],
      ['ffn_norm', e],
      ['ffn_gate', e, f],
      ['ffn_up', e, f],
      ['ffn_down', f, e],
    ].map(([name, ...shape]) => ({ name: `blk.${at}.${name}.weight`, shape }));
  return [
    { name: 'token_embd.weight', shape: [e, vocabulary] },
    ...Array.from({ length: SIZE.layers }, (_, at) => layer(at)).flat(),
    { name: 'output_norm.weight', shape: [e] },
    { name: 'output.weight', shape: [e, vocabulary] },
  ];
}

const number = (type, value) => {
  const bytes = Buffer.alloc(4);
  if (type === 'float32') bytes.writeFloatLE(value);
  else if (type === 'int32') bytes.writeInt32LE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
};
const long = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const string = (text) => Buffer.concat([long(Buffer.byteLength(text)), Buffer.from(text)]);
const one = (type, value) => (type === 'string' ? string(value) : number(type, value));
const typed = (type) => number('uint32', TYPES[type]);

const entry = ([key, type, value]) =>
  Array.isArray(value)
    ? [string(key), typed('array'), typed(type), long(value.length), ...value.map((item) => one(type, item))]
    : [string(key), typed(type), one(type, value)];

const head = (tensorCount, entries) =>
  Buffer.concat([
    Buffer.from('GGUF'),
    number('uint32', 3),
    long(tensorCount),
    long(entries.length),
    ...entries.flatMap(entry),
  ]);

const bytesOf = ({ shape }) => 4 * shape.reduce((product, size) => product * size, 1);

/** Every tensor here is a multiple of the alignment (32 bytes) long, so they stand side by side. */
function infos(tensors) {
  let offset = 0;
  return tensors.map((tensor) => {
    const { name, shape } = tensor;
    const info = [string(name), number('uint32', shape.length), ...shape.map(long), number('uint32', 0), long(offset)];
    offset += bytesOf(tensor);
    return Buffer.concat(info);
  });
}

function pad(chunks) {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  chunks.push(Buffer.alloc((32 - (length % 32)) % 32));
}

function weights(tensor, random) {
  const values = new Float32Array(bytesOf(tensor) / 4);
  const isNorm = tensor.shape.length === 1;
  for (let at = 0; at < values.length; at++) values[at] = isNorm ? 1 : (random() - 0.5) * 0.5;
  // The special tokens score nothing, so the most likely one is never the end: an answer is as long as it is asked to be.
  if (tensor.name === 'output.weight') values.fill(0, 0, SPECIAL.length * SIZE.embedding);
  return Buffer.from(values.buffer);
}

/** mulberry32: small, and the same everywhere. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
