/** `a,b` given once or several times, as one list. */
export const parseWords = (text: string, before: string[] = []): string[] => [
  ...before,
  ...text.split(',').flatMap((word) => word.trim() || []),
];
