/** Puts `content` between `<!-- generated: name -->` and `<!-- /generated -->`. Refuses (Error) when they are not there. */
export function replaceSection(text: string, name: string, content: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const end = '<!-- /generated -->';
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`There is no section "${begin}" to "${end}" to write into.`);
  return `${text.slice(0, from)}${begin}\n${content}${text.slice(to)}`;
}
