import { readFile, writeFile } from 'node:fs/promises';
import { markdownTable } from '../../scripts/markdown-table.ts';
import { replaceSection } from '../../scripts/replace-section.ts';
import { type Result, table } from './report.ts';

const PAGE = new URL('../../docs/reliability.md', import.meta.url);

/** Puts the results of a whole run into docs/reliability.md; the text around them is kept as it is. */
export async function writeReliabilityPage(heading: string, results: Result[]): Promise<void> {
  const faults = markdownTable(
    ['fault', 'what happens'],
    results.map(({ name, what }) => [`\`${name}\``, what]),
  );
  const broken = results.flatMap(({ name, problems }) => problems.map((problem) => `- \`${name}\`: ${problem}\n`));
  const found = broken.length ? `What did not hold:\n\n${broken.join('')}\n` : '';
  const text = `\n${heading}\n\n${table(results)}\n${found}The faults:\n\n${faults}\n`;
  await writeFile(PAGE, replaceSection(await readFile(PAGE, 'utf8'), 'results', text));
}
