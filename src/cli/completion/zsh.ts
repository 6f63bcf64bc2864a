import type { CommandPath, Word } from './command-paths.ts';

/** The completion script for zsh. */
export const zshCompletion = (paths: CommandPath[]): string => `#compdef whoosh
# whoosh completion for zsh. Install it into a folder of $fpath:
#   whoosh completion zsh > "\${fpath[1]}/_whoosh"
_whoosh() {
  local place="" word
  local -a choices
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
${paths
  .filter(({ path }) => path)
  .map(({ path }) => `      (${quote(path.includes(' ') ? path : ` ${path}`)}) place=${quote(path)} ;;`)
  .join('\n')}
    esac
  done
  case "$place" in
${paths.map((one) => `    (${quote(one.path)}) choices=(${choicesOf(one)}) ;;`).join('\n')}
  esac
  _describe -o whoosh choices || _files
}
if [ "$funcstack[1]" = "_whoosh" ]; then _whoosh "$@"; else compdef _whoosh whoosh; fi
`;

const choicesOf = ({ words, options, values }: CommandPath): string =>
  [...words, ...values.map((word) => ({ word, about: '' })), ...options].map(choice).join(' ');

const choice = ({ word, about }: Word): string =>
  quote(about ? `${word.replaceAll(':', '\\:')}:${about}` : word.replaceAll(':', '\\:'));

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
