import type { TestRun } from './run-tests.ts';

export type Verdict = { caught: boolean; by: string };

/** How a test says that it saw something wrong. */
const ASSERTED =
  /^(AssertionError|Error: (Property failed|Waited \d+ ms in vain|promise (resolved|rejected) .* instead of))/;
/** Something that does not work at all is no weakened guard: the mutant must be written otherwise. */
const BROKEN =
  /SyntaxError|syntax error at or near|ReferenceError|column \S+ does not exist|Cannot find (module|package)/;

/** A mutant is caught when a test fails by what it asserts; not when the code breaks, hangs or does not load. */
export function judge({ failures, problem }: TestRun): Verdict {
  const broken = [problem ?? '', ...failures.map(({ message }) => message)].find((text) => BROKEN.test(text));
  if (broken) return { caught: false, by: `the mutant does not run: ${firstLine(broken)}` };
  const seen = failures.find(({ message }) => ASSERTED.test(message));
  if (seen) return { caught: true, by: seen.title };
  const other = failures[0]?.message ?? problem;
  return { caught: false, by: other ? `no assertion failed, but: ${firstLine(other)}` : 'no test fails' };
}

const firstLine = (text: string): string => text.trim().split('\n')[0]!.slice(0, 200);
