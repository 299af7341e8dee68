/**
 * Command-line arguments of every command: one table for parsing, help and completion.
 *
 * Parsing is Node's `parseArgs`: strict, quoted as shells do it, without a byte in the bundle. What is left for a library is
 * nested words and help, about 60 lines here. Compared (minified): commander 14.0 adds 41 kB, yargs 18.2 113 kB, cac 7.1 11 kB,
 * citty 0.2 10 kB to a command line of 20 kB that starts for each call. None makes static completion for bash, zsh and fish
 * from its table: that of yargs, for bash and zsh, starts Node for each Tab, and the others have none.
 */
import { parseArgs } from 'node:util';
import { ConfigurationError, messageOf } from '../core/problems/errors.ts';
import { didYouMean } from '../core/problems/did-you-mean.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** Shown behind the name in help. */
  readonly value?: string;
  /** Its values; one that ends with `=` is followed by a file. Absent: any. */
  readonly choices?: readonly string[];
  /** Other values than its choices may be right, which the command judges. */
  readonly isOpen?: true;
  /** Its value is a path. */
  readonly takes?: 'file' | 'folder';
  readonly help: string;
  /** The value may be left out, which reads as an empty text; this says what a value looks like. */
  readonly optional?: RegExp;
}

export interface CommandSpec {
  readonly usage: string;
  /** What the first word behind the command may be. */
  readonly words?: readonly string[];
  /** Where paths may follow: `first` (default), also as the first word; `after` that; `none`. */
  readonly paths?: 'first' | 'after' | 'none';
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly string[];
}

export interface Arguments {
  readonly paths: readonly string[];
  text(name: string): string | null;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** @throws {ConfigurationError} when it is no whole number of at least `least`. */
  count(name: string, fallback: number, least?: number): number;
  /** Null: not given. @throws {ConfigurationError} when it is no number of at least 0. */
  number(name: string): number | null;
}

/** @throws {ConfigurationError} for an option or a first word that the command does not have, with the nearest that it has. */
export function readArguments(spec: CommandSpec, argv: readonly string[]): Arguments {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    const options = Object.fromEntries(
      Object.entries(spec.options).map(([name, option]) => [
        name,
        option.multiple === true ? { type: option.type, multiple: true } : { type: option.type },
      ]),
    );
    parsed = parseArgs({ args: withOptionalValues(spec, argv), options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(spec, error);
  }
  const { values, positionals } = parsed;
  checkFirstWord(spec, positionals[0]);
  const texts = (name: string): string[] => [values[name]].flat().filter((value) => typeof value === 'string');
  checkChoices(spec, texts);
  return {
    paths: positionals,
    texts,
    text: (name) => texts(name)[0] ?? null,
    flag: (name) => values[name] === true,
    count: (name, fallback, least = 1) => {
      const text = texts(name)[0];
      if (text === undefined) return fallback;
      const number = Number(text);
      if (!Number.isInteger(number) || number < least)
        throw new ConfigurationError('usage', `--${name} must be a whole number of at least ${least}, not "${text}".`);
      return number;
    },
    number: (name) => {
      const text = texts(name)[0];
      if (text === undefined) return null;
      const number = Number(text);
      if (text.trim() === '' || !Number.isFinite(number) || number < 0)
        throw new ConfigurationError('usage', `--${name} must be a number of at least 0, not "${text}".`);
      return number;
    },
  };
}

const nameOf = ({ usage }: CommandSpec): string => usage.split(' ')[0] ?? '';

function usageError(spec: CommandSpec, error: unknown): ConfigurationError {
  const see = `See: goldset help ${nameOf(spec)}`;
  const [unknown] =
    (error as { code?: unknown }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? (/--?[^\s'=]+/.exec(messageOf(error)) ?? []) : [];
  if (unknown === undefined) return new ConfigurationError('usage', messageOf(error).split('\n')[0] ?? '', see);
  const names = Object.keys(spec.options).map((name) => `--${name}`);
  return new ConfigurationError('usage', `goldset ${nameOf(spec)} has no option ${unknown}.`, `${didYouMean(unknown, names)}${see}`);
}

function checkFirstWord(spec: CommandSpec, first: string | undefined): void {
  const { words = [], paths = 'first' } = spec;
  if (first === undefined || paths === 'first' || words.length === 0 || words.includes(first)) return;
  throw new ConfigurationError(
    'usage',
    `goldset ${nameOf(spec)} does not know "${first}". Use ${words.join(', ')}.`,
    `${didYouMean(first, words)}See: goldset help ${nameOf(spec)}`,
  );
}

/** The value of an option that has a fixed set of them; null: not given. @throws {ConfigurationError} when it is not one of `known`. */
export function optionChoice<T extends string>(args: Arguments, name: string, known: readonly T[]): T | null {
  const text = args.text(name);
  const found = known.find((item) => item === text) ?? null;
  if (text === null || found !== null) return found;
  throw notOneOf(name, text, known);
}

function notOneOf(name: string, text: string, known: readonly string[]): ConfigurationError {
  const hint = didYouMean(text, known).trim();
  return new ConfigurationError('usage', `--${name} must be one of ${known.join(', ')}, not "${text}".`, hint === '' ? undefined : hint);
}

/** Before anything is read or sent. What follows a `KIND=` is for the command to judge. */
function checkChoices({ options }: CommandSpec, texts: (name: string) => readonly string[]): void {
  for (const [name, { choices = [], isOpen }] of Object.entries(options)) {
    if (isOpen === true || choices.length === 0 || choices.some((choice) => choice.endsWith('='))) continue;
    const wrong = texts(name).find((text) => !choices.includes(text));
    if (wrong !== undefined) throw notOneOf(name, wrong, choices);
  }
}

/** The same arguments with some options set. */
export const withValues = (args: Arguments, values: Readonly<Record<string, string>>): Arguments => ({
  ...args,
  text: (name) => values[name] ?? args.text(name),
  texts: (name) => (values[name] === undefined ? args.texts(name) : [values[name]]),
});

/** `--resume` alone is `--resume=`. */
const withOptionalValues = ({ options }: CommandSpec, argv: readonly string[]): string[] =>
  argv.map((arg, i) => {
    const optional = arg.startsWith('--') ? options[arg.slice(2)]?.optional : undefined;
    return optional !== undefined && !optional.test(argv[i + 1] ?? '') ? `${arg}=` : arg;
  });

export function helpOf(spec: CommandSpec): string {
  const rows = Object.entries(spec.options).map(([name, option]): [string, string] => [
    `--${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    option.help,
  ]);
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const examples = spec.examples.map((example) => `  ${example}`).join('\n');
  const options = rows.length === 0 ? '' : `\nOptions:\n${rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`).join('\n')}\n`;
  return `goldset ${spec.usage}\n\n${spec.summary}\n${options}\nExamples:\n${examples}\n`;
}
