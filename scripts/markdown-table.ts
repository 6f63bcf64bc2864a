/** A table in Markdown; line breaks and bars in cells are made harmless. */
export function markdownTable(headings: string[], rows: string[][]): string {
  const lines = [headings, headings.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return `${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`;
}

const cell = (text: string): string => text.replaceAll('\n', ' ').replaceAll('|', '\\|');
