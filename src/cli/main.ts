/** The command line: `goldset COMMAND …`. Each command is loaded when it is asked for. */
import path from 'node:path';
import type { WorkerEvaluator } from '../adapters/evaluation/worker-evaluator.ts';
import { startWorker } from '../adapters/evaluation/start-worker.ts';
import { ConfigurationError, hintOf, messageOf, isHumanError } from '../core/problems/errors.ts';
import { helpOf, readArguments, type Arguments, type CommandSpec } from './arguments.ts';
import {
  batchSpec,
  checkSpec,
  compareSpec,
  completionSpec,
  costSpec,
  deploySpec,
  githubSpec,
  initSpec,
  mergeSpec,
  modelsSpec,
  renderSpec,
  runSpec,
  scoresSpec,
  serveSpec,
  trySpec,
  versionsSpec,
} from './specs/command-specs.ts';
import { completionScript } from './completion/completion-script.ts';
import { didYouMean } from '../core/problems/did-you-mean.ts';
import { judgeSpec, reviewSpec } from './specs/judging-specs.ts';
import {
  cacheSpec,
  captureSpec,
  convertSpec,
  dataSpec,
  envSpec,
  exportSpec,
  goldenSpec,
  importSpec,
  insightsSpec,
  interactionsSpec,
  reproduceSpec,
  signalSpec,
} from './specs/production-specs.ts';
import { stderr, stdout } from './output.ts';

interface Command {
  readonly spec: CommandSpec;
  readonly run: (args: Arguments, evaluator: WorkerEvaluator) => Promise<number>;
  /** It works without the worker thread, so none is started beside it. */
  readonly isAlone?: true;
}

/** A command that only prints what this bundle knows: nothing else is loaded. */
interface PrintingCommand {
  readonly spec: CommandSpec;
  readonly print: (args: Arguments) => string;
}

const specs = (): Record<string, CommandSpec> => Object.fromEntries(Object.entries(COMMANDS).map(([name, { spec }]) => [name, spec]));

/** The commands are a bundle of their own: the worker thread starts while it is read. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the bundle stands beside this one
const commands = (): typeof import('./commands/all.ts') => require('./commands.js') as typeof import('./commands/all.ts');

const COMMANDS: Readonly<Record<string, Command | PrintingCommand>> = {
  init: { spec: initSpec, run: (args, evaluator) => commands().initCommand(args, evaluator) },
  run: { spec: runSpec, run: (args, evaluator) => commands().runCommand(args, evaluator) },
  compare: { spec: compareSpec, run: (args, evaluator) => commands().compareCommand(args, evaluator) },
  merge: { spec: mergeSpec, run: (args, evaluator) => commands().mergeCommand(args, evaluator) },
  check: { spec: checkSpec, run: (args, evaluator) => commands().checkCommand(args, evaluator) },
  cost: { spec: costSpec, run: (args, evaluator) => commands().costCommand(args, evaluator) },
  versions: { spec: versionsSpec, run: (args, evaluator) => commands().versionsCommand(args, evaluator) },
  deploy: { spec: deploySpec, run: (args, evaluator) => commands().deployCommand(args, evaluator) },
  scores: { spec: scoresSpec, run: (args, evaluator) => commands().scoresCommand(args, evaluator) },
  github: { spec: githubSpec, run: (args, evaluator) => commands().githubCommand(args, evaluator) },
  models: { spec: modelsSpec, run: (args, evaluator) => commands().modelsCommand(args, evaluator) },
  batch: { spec: batchSpec, run: (args, evaluator) => commands().batchCommand(args, evaluator) },
  insights: { spec: insightsSpec, run: (args) => commands().insightsCommand(args), isAlone: true },
  import: { spec: importSpec, run: (args, evaluator) => commands().importCommand(args, evaluator) },
  capture: { spec: captureSpec, run: (args, evaluator) => commands().captureCommand(args, evaluator) },
  signal: { spec: signalSpec, run: (args) => commands().signalCommand(args), isAlone: true },
  interactions: { spec: interactionsSpec, run: (args, evaluator) => commands().interactionsCommand(args, evaluator) },
  reproduce: { spec: reproduceSpec, run: (args, evaluator) => commands().reproduceCommand(args, evaluator) },
  golden: { spec: goldenSpec, run: (args, evaluator) => commands().goldenCommand(args, evaluator) },
  judge: { spec: judgeSpec, run: (args, evaluator) => commands().judgeCommand(args, evaluator), isAlone: true },
  review: { spec: reviewSpec, run: (args, evaluator) => commands().reviewCommand(args, evaluator) },
  convert: { spec: convertSpec, run: (args, evaluator) => commands().convertCommand(args, evaluator) },
  env: { spec: envSpec, run: (args) => commands().envCommand(args), isAlone: true },
  export: { spec: exportSpec, run: (args, evaluator) => commands().exportCommand(args, evaluator) },
  data: { spec: dataSpec, run: (args) => commands().dataCommand(args), isAlone: true },
  cache: { spec: cacheSpec, run: (args, evaluator) => commands().cacheCommand(args, evaluator) },
  render: { spec: renderSpec, run: (args, evaluator) => commands().renderCommand(args, evaluator) },
  try: { spec: trySpec, run: (args, evaluator) => commands().tryCommand(args, evaluator) },
  serve: { spec: serveSpec, run: (args, evaluator) => commands().serveCommand(args, evaluator) },
  completion: { spec: completionSpec, print: ({ paths }) => completionScript(paths, specs()) },
};

declare const GOLDSET_VERSION: string;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-v') return print(`${GOLDSET_VERSION}\n`);
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return help(rest[0]);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw unknownCommand(name);
  if (rest.includes('--help') || rest.includes('-h')) return print(helpOf(command.spec));
  const args = readArguments(command.spec, rest);
  if ('print' in command) return print(command.print(args));
  const worker = path.join(__dirname, 'worker.js');
  const started = command.isAlone ? undefined : startWorker(worker);
  if (Object.keys(process.env).some((variable) => /^(https?|all)_proxy$/i.test(variable))) commands().useEnvironmentProxy();
  const evaluator = new (commands().WorkerEvaluator)(worker, started);
  try {
    return await command.run(args, evaluator);
  } finally {
    await evaluator.dispose();
  }
}

const unknownCommand = (name: string): ConfigurationError =>
  new ConfigurationError(
    'usage',
    `There is no command "${name}".`,
    `${didYouMean(name, [...Object.keys(COMMANDS), 'help'])}Commands: ${Object.keys(COMMANDS).join(', ')}. See: goldset help`,
  );

function help(name: string | undefined): number {
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return print(helpOf(command.spec));
  if (name !== undefined && name !== 'help') throw unknownCommand(name);
  const rows = Object.values(COMMANDS).map(({ spec }) => `  goldset ${spec.usage}\n      ${spec.summary}`);
  return print(
    `Goldset: run prompts against their golden cases.\n\n${rows.join('\n')}\n\nExit codes: 0 pass · 1 fail · 2 usage or configuration · 3 inconclusive · 4 too many errors · 130 interrupted (resume with run --resume)\nMore: goldset help COMMAND. Shell completion: goldset help completion\n`,
  );
}

function print(text: string): number {
  stdout.write(text);
  return 0;
}

function report(error: unknown): number {
  const next = hintOf(error);
  const hint = next === undefined ? '' : `\n  ${next}`;
  const stack =
    isHumanError(error) || !(error instanceof Error) || process.env['GOLDSET_DEBUG'] === undefined ? '' : `\n${error.stack ?? ''}`;
  stderr.write(`goldset: ${messageOf(error)}${hint}${stack}\n`);
  return 2;
}

let isUnwritable = false;
stdout.watch((error) => {
  isUnwritable = true;
  process.exitCode = report(error);
});
// What cannot be told there cannot be told anywhere; the exit code stays.
stderr.watch(() => undefined);

/** Resolves when the command has ended and the exit code is set; a process that runs one command after the other waits for it. */
export const ended = main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = isUnwritable ? 2 : code;
  },
  (error: unknown) => {
    process.exitCode = report(error);
  },
);
