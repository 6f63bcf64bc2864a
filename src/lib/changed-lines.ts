/**
 * The lines that differ between two texts: what they begin and end with alike is left out. One block, not the smallest
 * set of changes.
 */
export function changedLines(before: string, after: string): { removed: string[]; added: string[] } {
  const [removed, added] = [linesOf(before), linesOf(after)];
  while (removed.length && added.length && removed[0] === added[0]) {
    removed.shift();
    added.shift();
  }
  while (removed.length && added.length && removed.at(-1) === added.at(-1)) {
    removed.pop();
    added.pop();
  }
  return { removed, added };
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
