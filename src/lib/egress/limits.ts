/** What an answer may take. The total is the caller's: its signal. */
export type EgressLimits = {
  /** Milliseconds from the request to the head of the answer. */
  firstByteMs: number;
  /** Milliseconds between two pieces of the body. */
  idleMs: number;
  /** Bytes of the body as it comes over the wire. */
  wireBytes: number;
  /** Bytes of the body once it is decompressed. */
  decodedBytes: number;
};

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: EgressLimits = {
  firstByteMs: 300_000,
  idleMs: 60_000,
  wireBytes: 10 * MIB,
  decodedBytes: 20 * MIB,
};
