/** Whether an answer for `answered` is one for the model `asked`: Ollama's names have the tag "latest" unless they have one. */
export const sameModel = (asked: string, answered: string): boolean => tagged(asked) === tagged(answered);

function tagged(name: string): string {
  const plain = name.toLowerCase();
  // Not by a regular expression: over a name of colons without end, as a server could send, one takes hours.
  return plain.slice(plain.lastIndexOf('/') + 1).includes(':') ? plain : `${plain}:latest`;
}
