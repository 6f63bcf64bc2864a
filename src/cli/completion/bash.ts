import type { CommandPath } from './command-paths.ts';

/** The completion script for bash. */
export const bashCompletion = (paths: CommandPath[]): string => `# whoosh completion for bash. Install it:
#   whoosh completion bash > ~/.local/share/bash-completion/completions/whoosh
_whoosh() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${paths
  .filter(({ path }) => path)
  .map(({ path }) => `      "${stepOf(path)}") path="${path}" ;;`)
  .join('\n')}
    esac
  done
  local words=""
  case "$path" in
${paths.map((one) => `    "${one.path}") words="${wordsOf(one)}" ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _whoosh whoosh
`;

/** The path before its last word, a space, and that word. */
const stepOf = (path: string): string => (path.includes(' ') ? path : ` ${path}`);

const wordsOf = ({ words, options, values }: CommandPath): string =>
  [...words.map(({ word }) => word), ...values, ...options.map(({ word }) => word)].join(' ');
