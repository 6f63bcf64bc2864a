import { bech32 } from '@scure/base';

/** Whether `text` is an X25519 identity of age, by its checksum: one that was mistyped is none. */
export function isAgeIdentity(text: string): boolean {
  if (!/^AGE-SECRET-KEY-1[0-9A-Z]+$/.test(text)) return false;
  const decoded = bech32.decodeUnsafe(text);
  return decoded !== undefined && bech32.fromWordsUnsafe(decoded.words)?.length === 32;
}
