/** The first `most` bytes of a body as text, and what came until it broke off. */
export async function readHead(body: AsyncIterable<Buffer>, most = 65_536): Promise<string> {
  const chunks: Buffer[] = [];
  let left = most;
  try {
    for await (const chunk of body) {
      chunks.push(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) break;
    }
  } catch {
    // What it is needed for is a sentence about a failure that is known already.
  }
  return Buffer.concat(chunks).toString();
}
