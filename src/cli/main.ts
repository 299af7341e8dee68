/** The command line: `goldset COMMAND …`. Each command is loaded when it is asked for. */
import { ConfigurationError, HumanError, messageOf } from '../core/errors.ts';
import { helpOf, readArguments, type Arguments, type CommandSpec } from './arguments.ts';
import { checkSpec, renderSpec, runSpec, serveSpec } from './command-specs.ts';
import { plainText } from './plain-text.ts';

interface Command {
  readonly spec: CommandSpec;
  readonly run: (args: Arguments) => Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  run: { spec: runSpec, run: async (args) => (await import('./commands/run.ts')).runCommand(args) },
  check: { spec: checkSpec, run: async (args) => (await import('./commands/check.ts')).checkCommand(args) },
  render: { spec: renderSpec, run: async (args) => (await import('./commands/render.ts')).renderCommand(args) },
  serve: { spec: serveSpec, run: async (args) => (await import('./commands/serve.ts')).serveCommand(args) },
};

declare const GOLDSET_VERSION: string;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-v') return print(`${GOLDSET_VERSION}\n`);
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(rest[0]);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command)
    throw new ConfigurationError(
      'usage',
      `There is no command "${name}".`,
      `Commands: ${Object.keys(COMMANDS).join(', ')}. See: goldset help`,
    );
  if (rest.includes('--help') || rest.includes('-h')) return print(helpOf(command.spec));
  return command.run(readArguments(command.spec, rest));
}

function help(name: string | undefined): number {
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return print(helpOf(command.spec));
  const rows = Object.values(COMMANDS).map(({ spec }) => `  goldset ${spec.usage}\n      ${spec.summary}`);
  return print(
    `Goldset: run prompts against their golden cases.\n\n${rows.join('\n')}\n\nExit codes: 0 pass · 1 fail · 2 usage or configuration · 4 too many errors · 130 interrupted\nMore: goldset help COMMAND\n`,
  );
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function report(error: unknown): number {
  const hint = error instanceof HumanError && error.hint !== undefined ? `\n  ${error.hint}` : '';
  const stack =
    error instanceof HumanError || !(error instanceof Error) || process.env['GOLDSET_DEBUG'] === undefined ? '' : `\n${error.stack ?? ''}`;
  process.stderr.write(plainText(`goldset: ${messageOf(error)}${hint}${stack}\n`));
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = report(error);
  },
);
