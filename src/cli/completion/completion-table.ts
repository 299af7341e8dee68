/** What a shell can complete, from the table of commands: the same for every shell. */
import type { CommandSpec, OptionSpec } from '../arguments.ts';

export interface CompletedCommand {
  readonly name: string;
  /** The first sentence of its summary. */
  readonly about: string;
  /** What its first word may be. */
  readonly words: readonly string[];
  /** Where paths may follow: also as the first word, after one of `words`, or not at all. */
  readonly paths: 'first' | 'after' | 'none';
  readonly options: readonly CompletedOption[];
}

export interface CompletedOption {
  /** With its hyphens. */
  readonly name: string;
  readonly about: string;
  readonly value: CompletedValue;
}

/** `none`: the option has no value; `text`: nothing is known of it; a list: one of these. */
export type CompletedValue = 'none' | 'text' | 'file' | 'folder' | readonly string[];

export type CommandTable = Readonly<Record<string, CommandSpec>>;

/** `help` is a command too; its first word is a command. */
export function completionTable(table: CommandTable): CompletedCommand[] {
  const commands = Object.entries(table).map(([name, { summary, words = [], paths = 'first', options }]): CompletedCommand => {
    const completed = Object.entries(options).map(([option, spec]): CompletedOption => ({
      name: `--${option}`,
      about: firstSentence(spec.help),
      value: valueOf(spec),
    }));
    return { name, about: firstSentence(summary), words, paths, options: completed };
  });
  return [...commands, { name: 'help', about: 'Shows help for a command.', words: Object.keys(table), paths: 'none', options: [] }];
}

export interface OptionGroup {
  readonly value: Exclude<CompletedValue, 'none'>;
  /** `COMMAND --OPTION`. */
  readonly keys: readonly string[];
}

/** The options that have a value, those of the same kind together. */
export function optionGroups(commands: readonly CompletedCommand[]): OptionGroup[] {
  const groups = new Map<string, { value: OptionGroup['value']; keys: string[] }>();
  for (const { name, options } of commands) {
    for (const { name: option, value } of options) {
      if (value === 'none') continue;
      const group = groups.get(String(value)) ?? { value, keys: [] };
      group.keys.push(`${name} ${option}`);
      groups.set(String(value), group);
    }
  }
  return [...groups.values()];
}

const valueOf = ({ type, choices, takes }: OptionSpec): CompletedValue => (type === 'boolean' ? 'none' : (choices ?? takes ?? 'text'));

const firstSentence = (text: string): string => /^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;
