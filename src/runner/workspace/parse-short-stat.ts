/** Reads ` 2 files changed, 5 insertions(+), 1 deletion(-)`; an empty text is no change. */
export function parseShortStat(text: string): { files: number; insertions: number; deletions: number } {
  const figure = (what: string) => Number(new RegExp(`(\\d+) ${what}`).exec(text)?.[1] ?? 0);
  return { files: figure('file'), insertions: figure('insertion'), deletions: figure('deletion') };
}
