/** Completion for zsh: sourced after `compinit`, or a file `_goldset` in `fpath`. */
import { optionGroups, type CompletedCommand, type CompletedValue } from './completion-table.ts';

export const zshCompletion = (commands: readonly CompletedCommand[]): string => `#compdef goldset
# goldset: completion for zsh
_goldset() {
  local -a items options first
  local command=\${words[2]} prev=\${words[CURRENT-1]} paths=none typed='' word
  if (( CURRENT == 2 )); then
    items=(${commands.map(({ name, about }) => described(name, about)).join(' ')})
    _describe -t commands command items
    [[ $PREFIX == -* ]] && compadd -- --help --version
    return
  fi
  if [[ $PREFIX == --*=* ]]; then
    prev=\${PREFIX%%=*}
    compset -P 1 '*='
  fi
  case "$command $prev" in
${optionGroups(commands)
  .map(({ value, keys }) => `    (${keys.map((key) => `'${key}'`).join('|')})\n      ${valueCase(value)}\n      return\n      ;;`)
  .join('\n')}
  esac
  case $command in
${commands
  .map(
    ({ name, options, words, paths }) =>
      `    (${name}) options=(${options.map((option) => described(option.name, option.about)).join(' ')}) first=(${words.join(' ')}) paths=${paths} ;;`,
  )
  .join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    _describe -o -t options option options
    return
  fi
  for word in \${words[3,CURRENT-1]}; do
    (( \${first[(Ie)$word]} )) && typed=1
  done
  [[ -z $typed && \${#first} -gt 0 ]] && compadd -- $first
  if [[ $paths == first || ( $paths == after && -n $typed ) ]]; then _files; fi
}
if [[ \${funcstack[1]} == _goldset ]]; then _goldset "$@"; else compdef _goldset goldset; fi
`;

const described = (name: string, about: string): string => `'${name}:${about.replaceAll("'", "'\\''")}'`;

function valueCase(value: Exclude<CompletedValue, 'none'>): string {
  if (value === 'text') return ':';
  if (value === 'file') return '_files';
  if (value === 'folder') return '_files -/';
  if (value.some((word) => word.endsWith('=')))
    return `if [[ $PREFIX == *=* ]]; then compset -P 1 '*='; _files; else compadd -S '' -- ${value.join(' ')}; fi`;
  return `compadd -- ${value.join(' ')}`;
}
