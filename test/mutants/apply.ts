import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import type { Mutant } from './mutant.ts';

/**
 * Weakens the copy in `folder`, and returns what undoes it. Refuses (Error) when the text to replace does not stand
 * there exactly once, and when what comes of it is no TypeScript.
 */
export async function apply(folder: string, { file, from, to }: Mutant): Promise<() => Promise<void>> {
  const path = join(folder, file);
  const text = await readFile(path, 'utf8');
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`its text stands ${times} times in ${file}; it must stand there once`);
  const mutated = text.replace(from, () => to);
  requireParses(mutated);
  await writeFile(path, mutated);
  return () => writeFile(path, text);
}

function requireParses(text: string): void {
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
  if (!diagnostics.length) return;
  throw new Error(
    `what comes of it is no TypeScript: ${ts.flattenDiagnosticMessageText(diagnostics[0]!.messageText, ' ')}`,
  );
}
