/** Bytes, and milliseconds: a server that says no and then falls silent held its task up until its time was over. */
const MOST = { bytes: 65_536, ms: 2000 };

/** The beginning of a body as text: what came within two seconds, until it broke off. `enough` is aborted at their end. */
export async function readHead(body: AsyncIterable<Buffer>, enough: AbortController): Promise<string> {
  const chunks: Buffer[] = [];
  let left = MOST.bytes;
  const timer = setTimeout(() => enough.abort(), MOST.ms);
  try {
    for await (const chunk of body) {
      chunks.push(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) break;
    }
  } catch {
    // What it is needed for is a sentence about a failure that is known already.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString();
}
