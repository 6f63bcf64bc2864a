import type { CommandPath, Word } from './command-paths.ts';

/** The completion script for fish. */
export const fishCompletion = (paths: CommandPath[]): string => `# whoosh completion for fish. Install it:
#   whoosh completion fish > ~/.config/fish/completions/whoosh.fish
function __whoosh_path
  set -l path ""
  for word in (commandline -opc)[2..-1]
    switch "$path $word"
${paths
  .filter(({ path }) => path)
  .map(({ path }) => `      case ${quote(path.includes(' ') ? path : ` ${path}`)}\n        set path ${quote(path)}`)
  .join('\n')}
    end
  end
  echo $path
end
${paths.flatMap(linesOf).join('\n')}
`;

function linesOf({ path, words, options, values }: CommandPath): string[] {
  const here = `complete -c whoosh -n ${quote(`test (__whoosh_path) = ${quote(path)}`)}`;
  const about = (word: Word) => (word.about ? ` -d ${quote(word.about)}` : '');
  return [
    ...words.map((word) => `${here} -f -a ${word.word}${about(word)}`),
    ...values.map((word) => `${here} -f -a ${word}`),
    ...options.map((option) => `${here} -l ${option.word.replace(/^--/, '')}${about(option)}`),
  ];
}

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
