export type Choice = { id: string; name: string };

/** `id=name` or `id`, given once or several times, as a list. */
export function parseChoices(text: string, before: Choice[] = []): Choice[] {
  const [, id = text, name = text] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  return [...before, { id, name }];
}
