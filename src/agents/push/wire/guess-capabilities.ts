import type { ModelInfo } from '../schema.ts';

const EMBEDDING = /embed|(^|[/_-])(bge|e5|gte|minilm|all-mpnet|nomic-bert|jina-clip)([/_.:-]|$)/i;

/** What a model can do when its server does not tell: chat, unless its name is that of an embedding model. */
export const guessCapabilities = (name: string): ModelInfo['capabilities'] => [
  EMBEDDING.test(name) ? 'embedding' : 'chat',
];
