/**
 * Whether an answer for `answered` can be one for the model `asked`: the same name whatever its case, folder, file ending
 * or variant (:free, @q4), or a dated snapshot of it (gpt-4o -> gpt-4o-2024-08-06, gpt-4 -> gpt-4-0613).
 */
export function sameModel(asked: string, answered: string): boolean {
  const [a, b] = [plain(asked), plain(answered)];
  return a === b || (b.startsWith(a) && /^-(\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{4})$/.test(b.slice(a.length)));
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^.*[/\\]/, '')
    .replace(/\.(gguf|safetensors)$/, '')
    .replace(/[:@][^:@]*$/, '')
    .replace(/-latest$/, '');
