import { citations } from '../test/citations.ts';
import { REQUIREMENTS } from '../test/requirements.ts';
import { SEED } from '../test/seed.ts';
import { markdownTable } from './markdown-table.ts';

const INTRODUCTION = `# The seed's checklist

\`\`\`sh
npm run check     # fails when a line below names a file that is not there, or is said to be met and no test cites it
npm test          # runs the tests of the last column
\`\`\`

WHOOSH succeeds a system whose repair list ended at a stable "2/2". Each line of that list is a requirement here. A test
or a check of an example proves it by citing its id in its title; a line that nothing proves yet says so.
`;

const ENDING = `
Generated from \`test/seed.ts\`, \`test/requirements.ts\` and the titles of the tests.
`;

/** docs/operate/seed-checklist.md */
export function seedChecklistPage(): string {
  const shownBy = citations();
  const row = ([id, places]: [string, string[]]): string[] => {
    const [status, sentence] = REQUIREMENTS[id as keyof typeof REQUIREMENTS];
    const tests = shownBy.filter(({ ids }) => ids.includes(id)).map(({ file }) => file);
    return status === 'now' ? [id, sentence, links(places), links(tests)] : [id, sentence, 'not there yet', ''];
  };
  const parts = SEED.map(
    ({ part, lines }) =>
      `\n## ${part}\n\n${markdownTable(['id', 'what is demanded', 'where', 'shown by'], Object.entries(lines).map(row))}`,
  );
  return INTRODUCTION + parts.join('') + ENDING;
}

const links = (files: string[]): string => files.map((file) => `[${file}](../../${file})`).join(', ');
