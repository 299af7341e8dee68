/** Completion for fish 3.0 and later. */
import type { CompletedCommand, CompletedOption } from './completion-table.ts';

export const fishCompletion = (commands: readonly CompletedCommand[]): string => `# goldset: completion for fish
function __goldset_is
  set -l typed (commandline -opc)
  test (count $typed) -ge 2; and contains -- $typed[2] $argv
end
function __goldset_lacks
  set -l typed (commandline -opc)
  __goldset_is $argv[1]; or return 1
  for word in $argv[2..-1]
    contains -- $word $typed[3..-1]; and return 1
  end
  return 0
end
function __goldset_kinds
  set -l typed (commandline -ct | string replace -r '^--[a-z-]+=' '')
  set -l parts (string split -m 1 = -- $typed)
  if test (count $parts) -lt 2
    printf '%s\\n' $argv
    return
  end
  for file in $parts[2]*
    test -d $file; and set file $file/
    echo $parts[1]=$file
  end
end
complete -c goldset -f
complete -c goldset -n 'test (count (commandline -opc)) -eq 1' -l help -d 'Lists the commands.'
complete -c goldset -n 'test (count (commandline -opc)) -eq 1' -l version -d 'Prints the version.'
${commands.flatMap(linesOf).join('\n')}
`;

function linesOf({ name, about, words, paths, options }: CompletedCommand): string[] {
  const lacks = `__goldset_lacks ${[name, ...words].join(' ')}`;
  const files = paths === 'first' ? `__goldset_is ${name}` : `__goldset_is ${name}; and not ${lacks}`;
  return [
    `complete -c goldset -n 'test (count (commandline -opc)) -eq 1' -a ${name} -d ${quoted(about)}`,
    ...(words.length === 0 ? [] : [`complete -c goldset -n '${lacks}' -a '${words.join(' ')}'`]),
    ...(paths === 'none' ? [] : [`complete -c goldset -n '${files}' -F`]),
    ...options.map(
      (option) => `complete -c goldset -n '__goldset_is ${name}' -l ${option.name.slice(2)}${valueOf(option)} -d ${quoted(option.about)}`,
    ),
  ];
}

function valueOf({ value }: CompletedOption): string {
  if (value === 'none') return '';
  if (value === 'text') return ' -x';
  if (value === 'file') return ' -r -F';
  if (value === 'folder') return " -x -a '(__fish_complete_directories)'";
  // Behind KIND= a file follows, which fish would not look for.
  if (value.some((word) => word.endsWith('='))) return ` -x -a '(__goldset_kinds ${value.join(' ')})'`;
  return ` -x -a '${value.join(' ')}'`;
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
