/** Command-line arguments of every command: one table for parsing and for help. */
import { parseArgs } from 'node:util';
import { ConfigurationError, messageOf } from '../core/errors.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** Shown behind the name in help. */
  readonly value?: string;
  readonly help: string;
  /** The value may be left out, which reads as an empty text; this says what a value looks like. */
  readonly optional?: RegExp;
}

export interface CommandSpec {
  readonly usage: string;
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

/** @throws {ConfigurationError} for an option that the command does not have. */
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
    throw new ConfigurationError('usage', messageOf(error).split('\n')[0] ?? '', `See: goldset help ${spec.usage.split(' ')[0] ?? ''}`);
  }
  const { values, positionals } = parsed;
  const texts = (name: string): string[] => [values[name]].flat().filter((value) => typeof value === 'string');
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
