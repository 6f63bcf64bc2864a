/**
 * The last eight characters of an id, which tell it from `others`; the whole id when they do not. Not the first: ids
 * begin with their time.
 */
export function shortId(id: string, others: string[]): string {
  const short = id.slice(-8);
  return others.some((other) => other !== id && other.endsWith(short)) ? id : short;
}
