/** Maps with at most `few` calls under way at a time, in order; after the first failure no more are begun. */
export async function mapFew<A, B>(items: A[], few: number, map: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = new Array(items.length);
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await map(items[at]!);
    }
  };
  const stop = (error: unknown) => {
    next = items.length;
    throw error;
  };
  await Promise.all(Array.from({ length: few }, () => work().catch(stop)));
  return results;
}
