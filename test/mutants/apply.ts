import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mutant } from './mutant.ts';
import { mutate } from './mutate.ts';

/** Weakens the copy in `folder`, and returns what undoes it. Refuses what `mutate` refuses. */
export async function apply(folder: string, mutant: Mutant): Promise<() => Promise<void>> {
  const path = join(folder, mutant.file);
  const text = await readFile(path, 'utf8');
  await writeFile(path, mutate(text, mutant));
  return () => writeFile(path, text);
}
