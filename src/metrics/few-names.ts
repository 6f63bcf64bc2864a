/** Keeps the first `most` names that come as they are and calls all others `other`: every value of a label costs memory. */
export function fewNames(most: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.size < most) known.add(name);
    return known.has(name) ? name : 'other';
  };
}
