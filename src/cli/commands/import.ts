/** `goldset import`: production calls from files, from Langfuse, and from Phoenix's database. What is written was redacted before, and importing twice adds nothing. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readTextSync } from '../../adapters/bounded-file.ts';
import { CapturePrices } from '../../adapters/capture/capture-prices.ts';
import { redactorOf } from '../../adapters/capture/capture-rules.ts';
import { filesAt, detectFormat, type DetectedFile } from '../../adapters/import/detect-format.ts';
import { importFiles, PORTS } from '../../adapters/import/import-files.ts';
import { ImportSink } from '../../adapters/import/import-sink.ts';
import { LangfuseClient } from '../../adapters/import/langfuse-client.ts';
import { importLangfuse, isInterrupted } from '../../adapters/import/langfuse-import.ts';
import type { ParquetThread } from '../../adapters/parquet/parquet-rows.ts';
import { importPhoenix, phoenixTarget } from '../../adapters/import/phoenix-import.ts';
import { Refusals } from '../../adapters/import/refusals.ts';
import type { WorkerEvaluator } from '../../adapters/evaluation/worker-evaluator.ts';
import { InteractionFiles } from '../../adapters/interactions/interaction-files.ts';
import { lockHint, takeLock } from '../../adapters/storage/lock-file.ts';
import { dataFolder } from '../../adapters/storage/data-folder/data-folder.ts';
import { ConfigurationError } from '../../core/problems/errors.ts';
import { firstNames, quantity } from '../../core/display/figures.ts';
import { FORMAT_NAMES, type FormatName } from '../../core/feedback/logs/format-names.ts';
import { guessMapping, type GuessedMapping } from '../../core/feedback/logs/rows/guess-mapping.ts';
import { mappingText, readMapping } from '../../core/feedback/logs/rows/mapping-file.ts';
import { EMPTY_MAPPING, missingParts, type ImportMapping } from '../../core/feedback/logs/rows/mapping.ts';
import { mappingTable } from '../../core/feedback/logs/rows/mapping-table.ts';
import { redactedExcerpt } from '../../core/feedback/logs/redacted-excerpt.ts';
import type { redactor } from '../../core/feedback/redaction/redact.ts';
import { followRetention } from '../interactions/follow-retention.ts';
import { settleDataFolder } from '../trust/data-folder-question.ts';
import { optionChoice, type Arguments } from '../arguments.ts';
import { withSession, type Session } from '../session.ts';
import { printImport } from '../interactions/import-outcome.ts';
import { confirm, isInteractive, stderr } from '../output.ts';

export function importCommand(args: Arguments, evaluator: WorkerEvaluator): Promise<number> {
  const [first] = args.paths;
  const isPhoenix = first === undefined && args.text('from') !== null;
  if (first === undefined && !isPhoenix)
    throw new ConfigurationError(
      'usage',
      'Name what to import: a file, a folder, langfuse, or --from postgres://HOST/DB.',
      'See: goldset help import',
    );
  const store = args.text('store');
  return withSession(
    { ...args, paths: store === null ? [] : [store] },
    evaluator,
    async (session) => {
      const { capture } = session.workspace.config;
      const root = store === null ? session.workspace.root : path.resolve(session.cwd, store);
      await settleDataFolder(root, args.flag('dry-run') ? 'optional' : 'needed');
      const redact = redactorOf(capture);
      const target: ImportTarget = {
        root,
        redact,
        sink: new ImportSink(
          new InteractionFiles(root),
          redact,
          args.flag('dry-run'),
          new CapturePrices(root, (problem) => stderr.write(`${problem}\n`)),
        ),
        refusals: new Refusals((reason) => redactedExcerpt(reason, redact, REASON)),
      };
      const isTold = await alone(root, args, () =>
        isPhoenix
          ? fromPhoenix(args, session, target)
          : first === 'langfuse' && args.paths.length === 1
            ? fromLangfuse(args, session, target)
            : fromFiles(args, session, target, evaluator),
      );
      if (!args.flag('dry-run')) await followRetention(root, capture);
      if (!isTold) return 0;
      printImport(target, { isTrial: args.flag('dry-run'), isJson: args.flag('json') });
      const { interactions, followUps, known } = target.sink.counts;
      return target.refusals.count > 0 && interactions + followUps + known === 0 ? 1 : 0;
    },
    { data: null },
  );
}

/** Two at once would not know what the other one stores. */
async function alone<T>(root: string, args: Arguments, work: () => Promise<T>): Promise<T> {
  if (args.flag('dry-run')) return work();
  const file = dataFolder(root).writable('imports', 'lock');
  const lock = takeLock(file);
  if (lock === null)
    throw new ConfigurationError(
      'import/busy',
      'Another import is running here.',
      lockHint(file, 'Wait until it ends. Nothing it stores is stored twice.'),
    );
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Characters of a skipped row that are shown. */
const SHOWN = 120;
/** Of a reason. */
const REASON = 300;

interface ImportTarget {
  readonly root: string;
  readonly redact: ReturnType<typeof redactor>;
  readonly sink: ImportSink;
  readonly refusals: Refusals;
}

/** False: nothing was to be imported, or the user declined. */
async function fromFiles(args: Arguments, { cwd }: Session, target: ImportTarget, thread: ParquetThread): Promise<boolean> {
  const format = optionChoice(args, 'format', FORMAT_NAMES);
  const files = await detectFormats(filesAt(args.paths, cwd), format, cwd, thread);
  // A file of which nothing can be read needs no mapping.
  const mapped = files.filter((file) => file.format.isMapped && (file.sample.length > 0 || file.encoding !== 'parquet'));
  const given = args.text('mapping') === null ? null : mappingFrom(path.resolve(cwd, args.text('mapping') ?? ''));
  const guesses = new Map(mapped.map((file): [DetectedFile, GuessedMapping] => [file, guessMapping(file.sample)]));
  const mappingOf = (file: DetectedFile): ImportMapping => given ?? guesses.get(file)?.mapping ?? EMPTY_MAPPING;
  const writeTo = args.text('write-mapping');
  if (writeTo !== null) {
    const [file] = mapped;
    if (file === undefined) throw new ConfigurationError('usage', 'These files do not need a mapping.', 'Leave --write-mapping out.');
    writeFileSync(path.resolve(cwd, writeTo), mappingText(mappingOf(file)));
    stderr.write(
      `${tableOf(file, mappingOf(file), guesses.get(file), target)}\nWritten to ${writeTo}. Import with --mapping ${writeTo}.\n`,
    );
    return false;
  }
  if (given === null && mapped.length > 0 && !(await confirmed(args, mapped, guesses, target))) return false;
  const jobs = files.map((file) => ({ ...file, mapping: mappingOf(file) }));
  await importFiles(jobs, target.sink, target.refusals, thread, (row) => redactedExcerpt(row, target.redact, SHOWN));
  return true;
}

/** Named as the user sees them. */
async function detectFormats(
  files: readonly string[],
  format: FormatName | null,
  cwd: string,
  thread: ParquetThread,
): Promise<DetectedFile[]> {
  const all: DetectedFile[] = [];
  for (const file of files) {
    const shown = path.relative(cwd, file);
    all.push(await detectFormat(shown.startsWith('..') || path.isAbsolute(shown) ? file : shown, format, thread));
  }
  return all;
}

function mappingFrom(file: string): ImportMapping {
  const { mapping, diagnostics } = readMapping(file, readTextSync(file));
  const [first] = diagnostics;
  if (first !== undefined) throw new ConfigurationError('mapping/invalid', `${file}: ${first.message}`, first.hint);
  return mapping;
}

/** Each different mapping is shown once. */
async function confirmed(
  args: Arguments,
  files: readonly DetectedFile[],
  guesses: ReadonlyMap<DetectedFile, GuessedMapping>,
  target: ImportTarget,
): Promise<boolean> {
  const shown = new Set<string>();
  for (const file of files) {
    const guess = guesses.get(file);
    if (guess === undefined || shown.has(mappingText(guess.mapping))) continue;
    shown.add(mappingText(guess.mapping));
    stderr.write(`${tableOf(file, guess.mapping, guess, target)}\n`);
  }
  if (args.flag('yes')) requireFields(files, guesses);
  if (args.flag('yes') || args.flag('dry-run')) return true;
  if (!isInteractive())
    throw new ConfigurationError(
      'import/unconfirmed',
      'The guessed mapping was not confirmed, so nothing was imported.',
      'Accept it with --yes, or save it with --write-mapping FILE, edit it, and pass --mapping FILE.',
    );
  return confirm('Import with this mapping? [y/N] ');
}

/** A mapping that no person confirms must be complete. @throws {ConfigurationError} when a mapping leaves out what a call needs. */
function requireFields(files: readonly DetectedFile[], guesses: ReadonlyMap<DetectedFile, GuessedMapping>): void {
  for (const file of files) {
    const guess = guesses.get(file);
    const missing = guess === undefined || file.sample.length === 0 ? [] : missingParts(guess.mapping, guess.left.length > 0);
    if (guess === undefined || missing.length === 0) continue;
    throw new ConfigurationError(
      'import/unmapped',
      `No column of ${file.file} was recognised as ${missing.join(', nor as ')}. Its columns: ${firstNames(guess.columns, 30)}.`,
      `Name it in a mapping: --write-mapping FILE, edit it, then --mapping FILE.${looksLikeExamples(guess) ? ' Files of examples without times become golden cases: goldset golden import.' : ''}`,
    );
  }
}

const looksLikeExamples = ({ mapping: { fields } }: GuessedMapping): boolean =>
  fields.time === undefined && (fields.input !== undefined || fields.output !== undefined);

const tableOf = (file: DetectedFile, mapping: ImportMapping, guess: GuessedMapping | undefined, { redact }: ImportTarget): string =>
  mappingTable({ name: file.file, mapping, guess: guess ?? null, sample: file.sample, hashes: PORTS.hashes, redact });

async function fromLangfuse(args: Arguments, session: Session, { root, sink, refusals }: ImportTarget): Promise<boolean> {
  const window = { from: dayOf(args, 'from', 0), to: dayOf(args, 'to', 1) };
  if (window.from >= window.to) throw new ConfigurationError('usage', '--to must not be before --from.');
  const client = await LangfuseClient.open({
    host: args.text('host'),
    environment: process.env,
    keys: session.keys,
    wait: (ms) => wait(ms),
  });
  const isTrial = args.flag('dry-run');
  if (!isTrial && isInterrupted(root, client, window)) stderr.write('Resuming an interrupted import.\n');
  let rows = 0;
  await importLangfuse({
    root,
    client,
    window,
    sink,
    refusals,
    isTrial,
    onPage: (page) => {
      rows += page.rows;
      if (stderr.isTTY) stderr.redraw(`${quantity(rows, 'row')} read from Langfuse`);
    },
  });
  if (stderr.isTTY) stderr.write('\n');
  return true;
}

async function fromPhoenix(args: Arguments, session: Session, { sink, refusals }: ImportTarget): Promise<boolean> {
  const [user, variable] = [args.text('user'), args.text('password-env')];
  if (user === null || variable === null)
    throw new ConfigurationError('usage', '--from with an address needs --user and --password-env.', 'See: goldset help import');
  const target = await phoenixTarget({ address: args.text('from') ?? '', user, variable }, session.keys);
  const days = args.count('days', 7);
  const now = Date.now();
  const window = { from: new Date(now - days * 86_400_000).toISOString(), to: new Date(now).toISOString() };
  const onRows = (rows: number): void => {
    if (stderr.isTTY && rows % 500 === 0) stderr.redraw(`${quantity(rows, 'row')} read from Phoenix`);
  };
  const { readPostgres } = await import('../../adapters/import/postgres-reader.ts');
  await readPostgres(target, (source) => importPhoenix({ source, window, project: args.text('project'), sink, refusals, onRows }));
  if (stderr.isTTY) stderr.write('\n');
  return true;
}

/** The beginning of a day, or of the next. */
function dayOf(args: Arguments, name: 'from' | 'to', later: number): string {
  const text = args.text(name) ?? '';
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at))
    throw new ConfigurationError('usage', `--${name} must be a day such as 2026-11-01, not "${text}".`, 'See: goldset help import');
  return new Date(at + later * 86_400_000).toISOString();
}
