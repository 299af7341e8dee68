/** Completion for bash, from 3.2 on, which macOS has. `=` breaks words there: `--cache=use` is three of them. */
import { optionGroups, type CompletedCommand, type CompletedValue } from './completion-table.ts';

export const bashCompletion = (commands: readonly CompletedCommand[]): string => `# goldset: completion for bash
_goldset_reply() {
  local word
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$@")
}
_goldset_paths() {
  compopt -o filenames 2>/dev/null
  _goldset_reply "$1" -- "$2"
}
_goldset() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  local options='' words='' paths=none equals='' typed='' word
  COMPREPLY=()
  if [[ $cur == = ]]; then
    cur='' equals=1
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]} equals=1
  fi
  if ((COMP_CWORD == 1)); then
    words='${commands.map(({ name }) => name).join(' ')}'
    [[ $cur == -* ]] && words='--help --version'
    _goldset_reply -W "$words" -- "$cur"
    return
  fi
  case "$command $prev" in
${optionGroups(commands)
  .map(({ value, keys }) => `    ${keys.map((key) => `'${key}'`).join('|')})\n      ${valueCase(value)}\n      return\n      ;;`)
  .join('\n')}
  esac
  if [[ -n $equals && $prev != -* ]]; then
    _goldset_paths -f "$cur"
    return
  fi
  case $command in
${commands
  .map(
    ({ name, options, words, paths }) =>
      `    ${name}) options='${options.map((option) => option.name).join(' ')}' words='${words.join(' ')}' paths=${paths} ;;`,
  )
  .join('\n')}
  esac
  if [[ $cur == -* ]]; then
    _goldset_reply -W "$options" -- "$cur"
    return
  fi
  for word in "\${COMP_WORDS[@]:2:COMP_CWORD-2}"; do
    [[ " $words " == *" $word "* ]] && typed=1
  done
  [[ -z $typed ]] && _goldset_reply -W "$words" -- "$cur"
  if [[ $paths == first || ($paths == after && -n $typed) ]]; then _goldset_paths -f "$cur"; fi
}
complete -F _goldset goldset
`;

function valueCase(value: Exclude<CompletedValue, 'none'>): string {
  if (value === 'text') return ':';
  if (value === 'file') return '_goldset_paths -f "$cur"';
  if (value === 'folder') return '_goldset_paths -d "$cur"';
  const isPrefix = value.some((word) => word.endsWith('='));
  return `_goldset_reply -W '${value.join(' ')}' -- "$cur"${isPrefix ? '\n      compopt -o nospace 2>/dev/null' : ''}`;
}
