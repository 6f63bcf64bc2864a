import ts from 'typescript';
import type { Mutant } from './mutant.ts';

/**
 * The text of the mutant's file with the guard weakened. Refuses (Error) when the text to replace does not stand in it
 * exactly once, and when what comes of it is no TypeScript.
 */
export function mutate(text: string, { file, from, to }: Mutant): string {
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`its text stands ${times} times in ${file}; it must stand there once`);
  const mutated = text.replace(from, () => to);
  const { diagnostics = [] } = ts.transpileModule(mutated, { reportDiagnostics: true });
  if (!diagnostics.length) return mutated;
  const message = ts.flattenDiagnosticMessageText(diagnostics[0]!.messageText, ' ');
  throw new Error(`what comes of it is no TypeScript: ${message}`);
}
