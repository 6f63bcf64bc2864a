import type { CommandPath, Word } from './command-paths.ts';

/** The completion script for zsh. */
export const zshCompletion = (paths: CommandPath[]): string => `#compdef whoosh
# whoosh completion for zsh. Install it into a folder of $fpath:
#   whoosh completion zsh > "\${fpath[1]}/_whoosh"
_whoosh() {
  local place="" word
  local -a choices flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
${paths
  .filter(({ path }) => path)
  .map(stepLine)
  .join('\n')}
    esac
  done
  case "$place" in
${paths.map(choicesLine).join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe -o option flags
  elif (( $#choices )); then
    _describe command choices
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_whoosh" ]; then _whoosh "$@"; else compdef _whoosh whoosh; fi
`;

const stepLine = ({ path }: CommandPath): string =>
  `      (${quote(path.includes(' ') ? path : ` ${path}`)}) place=${quote(path)} ;;`;

const choicesLine = ({ path, words, values, options }: CommandPath): string => {
  const choices = [...words, ...values.map((word) => ({ word, about: '' }))];
  return `    (${quote(path)}) choices=(${choices.map(choice).join(' ')}) flags=(${options.map(choice).join(' ')}) ;;`;
};

const choice = ({ word, about }: Word): string => {
  const name = word.replaceAll(':', '\\:');
  return quote(about ? `${name}:${about}` : name);
};

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
