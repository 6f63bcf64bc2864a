const MIB = 1024 * 1024;

/**
 * What a streamed answer may take on the wire. A token comes in 200 to 350 bytes, and models think for 100,000 of them
 * before they answer; what is kept of it in memory is bounded by itself (result-room.ts).
 */
export const STREAM_LIMITS = { wireBytes: 64 * MIB, decodedBytes: 64 * MIB };
