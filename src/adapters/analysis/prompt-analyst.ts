/** Reads a prompt and all that is known about it, and analyses its economics. Lives in the worker; keeps what it counted. */
import { MAX_STORE, readText } from '../bounded-file.ts';
import type { Diagnostic } from '../../core/problems/diagnostics.ts';
import { otherColumns } from '../../core/prompt/columns.ts';
import {
  analysePrompt,
  type AnalysisInput,
  type ModelAnalysis,
  type PlacedMessage,
  type PromptAnalysis,
} from '../../core/economics/analyse-prompt.ts';
import { costReport, type CostReport } from '../../core/economics/cost-report.ts';
import { findAll } from '../../core/economics/findings/find.ts';
import type { Finding } from '../../core/economics/findings/finding.ts';
import { suggestFixes, type Fix } from '../../core/economics/fixes/fix.ts';
import { fileOfPrompt } from '../../core/prompt/formats/prompt-name.ts';
import { unknownModel } from '../../core/config/unknown-model.ts';
import { closedServiceModel } from '../../core/config/closed-service.ts';
import { endpointOf } from '../models/endpoint.ts';
import { loadPriceBook } from '../storage/price-data.ts';
import { findModel } from '../../core/config/resolve-model.ts';
import type { RunCost } from '../../core/economics/run-cost.ts';
import { publicModelFacts, type ModelFacts } from '../../core/economics/model-facts.ts';
import { Counters } from '../../core/economics/tokens/counters.ts';
import { messageOf } from '../../core/problems/errors.ts';
import type { BuildProblem, BuiltAnswers } from '../../core/prompt/built/built-answer.ts';
import { builtAnswers, builtState, withFirstBuilt, type BuiltBefore } from './built-analysis.ts';
import { caseProblems } from '../../core/prompt/case-problems.ts';
import type { CodePlace } from '../../core/prompt/code/read-code.ts';
import { readAgain } from '../../core/prompt/code/code-prompt-reading.ts';
import type { PromptReading } from '../../core/prompt/read-prompt.ts';
import type { Parameters, SegmentSource, SyntaxName } from '../../core/prompt/document.ts';
import type { TextRange } from '../../core/text/text.ts';
import { modelFolder } from '../models/model-folder.ts';
import { priceProblems, readPriceFile } from '../models/price-file.ts';
import { resolveFacts } from '../models/resolve-facts.ts';
import { keepCalibration, readCalibrations } from '../storage/calibration-file.ts';
import { ObservedRuns } from '../storage/observed-runs.ts';
import { scoreKeyOf, type ScoreKey } from '../../core/versions/score.ts';
import type { CommittedText } from '../git/committed-text.ts';
import { readerOf, type GoldenSets } from '../workspace/golden-sets.ts';
import { MediaDescriber } from '../workspace/media-files.ts';
import { PromptLoader, type LoadedPrompt } from '../workspace/prompt-files.ts';
import { shownPath, type Workspace } from '../workspace/root.ts';

export interface AnalyseJob {
  readonly workspace: Workspace;
  readonly file: string;
  /** What editors have not saved, by absolute path. */
  readonly unsaved: Readonly<Record<string, string>>;
  /** Instead of the prompt's own model. */
  readonly models: readonly string[];
  /** Over the prompt's own parameters; absent: nothing. */
  readonly parameters?: Parameters;
  /** The folder that paths in `models` are relative to; the root, where it is not given. */
  readonly modelsFrom?: string;
  /** The prompt as it is at a git ref. */
  readonly previous: CommittedText | null;
  /** Codes of findings that a setting turns off. */
  readonly off: readonly string[];
  /** What the function of the prompt returned, or why it was not called; absent: the prompt has none. */
  readonly built?: BuiltAnswers | BuildProblem;
  /** Instead of `built`: what it returned when it was last called, for an analysis that calls nothing. */
  readonly before?: BuiltBefore;
  /** VS Code's Restricted Mode: `.goldset/` is neither read nor written. */
  readonly isRestricted?: boolean;
}

export interface WorkspacePromptAnalysis {
  /** What is wrong with the prompt, its golden set, and the two together. */
  readonly diagnostics: readonly Diagnostic[];
  readonly cases: number;
  readonly isPartial: boolean;
  /** Of a prompt in plain text: the language of its template; null: its format has one. */
  readonly syntax: SyntaxName | null;
  /** The function that builds the prompt, and whether what it returns is counted; null: it has none. */
  readonly build: { readonly shown: string; readonly name: string | null; readonly isCounted: boolean } | null;
  /** Where a prompt stands in its source file, and what only the running program knows; null: it is no prompt in code. */
  readonly code: AnalysedPlace | null;
  /** Where a file of several prompts that is not code names it; null: it has a file of its own, or is in code. */
  readonly place: TextRange | null;
  readonly report: CostReport;
  /** What the calls of a run cost, for each model of the report. */
  readonly runCosts: readonly RunCost[];
  /** What a run of this text would be a score of; null: no model is named. */
  readonly scored: ScoreKey | null;
  readonly findings: readonly (Finding & { readonly fix: Fix | null })[];
  readonly messages: readonly PlacedMessage[];
  /** Where the prefix ends and what ends it first; null: nothing differs. */
  readonly boundary: { readonly source: SegmentSource; readonly variable: string | null } | null;
}

interface AnalysedPlace extends CodePlace {
  /** Each place of a variable in the prompt's own file. */
  readonly variables: readonly { readonly name: string; readonly range: TextRange }[];
}

export class PromptAnalyst {
  private readonly counters = new Counters();
  private readonly runs = new ObservedRuns();
  private readonly media = new MediaDescriber();

  constructor(private readonly goldenSets: GoldenSets) {}

  /** @throws {HumanError} when the prompt's own file cannot be read. */
  async analyse({
    workspace,
    file,
    unsaved,
    models,
    parameters,
    modelsFrom,
    previous,
    off,
    built,
    before: builtBefore,
    isRestricted = false,
  }: AnalyseJob): Promise<WorkspacePromptAnalysis> {
    const readUnsaved = readerOf(unsaved, (name) => readText(name, MAX_STORE));
    const loader = new PromptLoader(workspace, readUnsaved, this.goldenSets.read, this.goldenSets.names);
    const own = await loader.load(file);
    const { answers, problems: buildDiagnostics } = builtAnswers(own.target, built, builtBefore);
    const loaded = withFirstBuilt(own, answers);
    const { partials, target } = loaded;
    const reading = withParameters(loaded.reading, parameters);
    const code = reading.code ?? null;
    const build = builtState(reading.document, answers);
    const { facts: found, problems } = await factsOf(loaded, workspace, models, modelsFrom ?? null);
    // What was not built has no tokens that could be counted, which is not the same as having 0.
    const facts = build?.isCounted === false ? [] : found;
    // Each further model that the format names, with the settings that it has there.
    const columns =
      models.length > 0 ? [] : otherColumns(target).map((column) => withParameters({ ...reading, document: column.document }, parameters));
    const others = await Promise.all(
      columns.map(async (column) => ({ column, ...(await factsOf({ ...loaded, reading: column }, workspace, [], null)) })),
    );
    problems.push(...others.flatMap((other) => other.problems));
    await this.counters.load([...facts, ...others.flatMap((other) => other.facts)].map(({ tokenizer }) => tokenizer));
    const text = await readUnsaved(fileOfPrompt(file));
    const closed = await closedService(reading.document, workspace);
    problems.push(...(await priceProblems(workspace, readUnsaved)), ...closed);
    if (closed.length === 0) problems.push(...(await unknownModelOf(reading.document, text, workspace.root)));
    const before =
      previous === null
        ? null
        : {
            ref: previous.ref,
            document: readAgain(reading.document.path, previous.text, previous.partials, previous.context).document,
            partials: previous.partials,
          };
    const input: AnalysisInput = {
      reading,
      partials,
      cases: target.cases,
      ...(answers === undefined ? {} : { built: answers }),
      models: facts,
      observed: isRestricted ? [] : this.runs.of(workspace.root, shownPath(workspace.root, file)),
      learnt: isRestricted
        ? new Map()
        : readCalibrations(workspace.root, (message) =>
            problems.push({ code: 'file/version', severity: 'warning', message, path: reading.document.path, range: null }),
          ),
      traffic: workspace.config.traffic.get(reading.document.name) ?? null,
      previous: before,
      version: target.version,
      describe: (url) => this.media.describe(workspace.root, url, reading.document.path),
    };
    const ofFirst = analysePrompt(input, this.counters);
    const ofOthers = others.flatMap(
      (other) => analysePrompt({ ...input, reading: other.column, models: other.facts }, this.counters).models,
    );
    const analysis: PromptAnalysis = { ...ofFirst, models: [...ofFirst.models, ...ofOthers] };
    if (!isRestricted) remember(workspace.root, reading.document.path, analysis.models);
    const today = new Date().toISOString().slice(0, 10);
    const evidence = {
      reading,
      text,
      partials,
      cases: target.cases,
      analysis,
      model: analysis.models[0] ?? null,
      counter: analysis.counter,
      today,
    };
    const findings = findAll(evidence, [...off, ...workspace.config.findingsOff]);
    const first = analysis.prefix.breaks[0];
    const inPlace = <T extends Diagnostic>(item: T): T => inFile(code === null ? item : atPrompt(item, reading.document.path, code, text));
    const model = findModel({ given: models[0] ?? null, document: reading.document, config: workspace.config });
    return {
      diagnostics: [...loaded.diagnostics, ...caseProblems(reading, target.cases), ...buildDiagnostics, ...problems].map(inPlace),
      cases: target.cases.length,
      isPartial: reading.document.isPartial,
      syntax: reading.document.template.kind === 'text' ? reading.document.template.syntax : null,
      build,
      report: costReport(target, analysis, findings, new Date()),
      runCosts: analysis.models.map(({ run }) => run),
      scored: model === null ? null : scoreKeyOf(target, model.id),
      findings: findings.map((item) => ({ ...inPlace(item), fix: suggestFixes(item, evidence) })),
      code: code && { ...code, variables: variablesHere(reading) },
      place: reading.place ?? null,
      messages: analysis.messages,
      boundary: first ? { source: first.source, variable: first.variable } : null,
    };
  }
}

/** Places in other files have no range. */
const variablesHere = ({ analysis }: PromptReading): AnalysedPlace['variables'] =>
  analysis.variables.filter(({ range }) => range.end > range.start).map(({ path, range }) => ({ name: path, range }));

/** What is said about a whole prompt in code stands on the first line of its string or call. */
function atPrompt<T extends Diagnostic>(item: T, id: string, { range }: CodePlace, text: string): T {
  if (item.range !== null || (item.path !== id && item.path !== fileOfPrompt(id))) return item;
  const line = text.slice(range.start, range.end).search(/[\r\n]/);
  return { ...item, range: { start: range.start, end: line < 0 ? range.end : range.start + Math.max(1, line) } };
}

/** A place is in a file, also where the prompt is one of several. */
const inFile = <T extends { readonly path: string }>(item: T): T => ({ ...item, path: fileOfPrompt(item.path) });

/** The prompt as it is sent with these parameters over its own. */
const withParameters = (reading: PromptReading, over: Parameters | undefined): PromptReading =>
  over === undefined ? reading : { ...reading, document: { ...reading.document, parameters: { ...reading.document.parameters, ...over } } };

/** What is said about a model that the price data do not have. */
async function unknownModelOf(document: PromptReading['document'], text: string, root: string): Promise<Diagnostic[]> {
  const book = await loadPriceBook(root);
  const problem = unknownModel(document, text, {
    of: (provider) => book.models([provider]),
    has: (id) => publicModelFacts({ id, servedBy: null, api: null }, book, new Map(), new Date()).price !== null,
  });
  return problem === null ? [] : [problem];
}

/** What is said about a model of a service that has closed. */
async function closedService(document: PromptReading['document'], { root, config }: Workspace): Promise<Diagnostic[]> {
  if (document.format !== 'prompt-yml') return [];
  const book = await loadPriceBook(root);
  const isServed = (id: string): boolean =>
    publicModelFacts({ id, servedBy: null, api: null }, book, new Map(), new Date()).price?.info.basis === 'exact';
  const problem = closedServiceModel(document, (id) => endpointOf(id, config) !== null, isServed);
  return problem === null ? [] : [problem];
}

/** A model that cannot be looked up is a problem of the prompt, not the end of the analysis. */
async function factsOf(
  { reading, file }: LoadedPrompt,
  { root, settingsRoot = root, config }: Workspace,
  models: readonly string[],
  modelsFrom: string | null,
): Promise<{ facts: ModelFacts[]; problems: Diagnostic[] }> {
  const { document } = reading;
  const { overrides, capabilities } = readPriceFile(settingsRoot, config);
  const wanted = (models.length > 0 ? models : [null]).flatMap((given) => findModel({ given, document, config }) ?? []);
  const facts: ModelFacts[] = [];
  const problems: Diagnostic[] = [];
  for (const model of wanted) {
    try {
      const isUsers = model.source === 'given' && modelsFrom !== null;
      const folder = modelFolder(model, { file, root, given: modelsFrom ?? root });
      facts.push(await resolveFacts(model.id, folder, config, overrides, isUsers ? null : root, root, capabilities));
    } catch (error) {
      problems.push({
        code: 'model/unusable',
        severity: 'warning',
        message: messageOf(error),
        path: document.path,
        range: document.model?.range ?? null,
      });
    }
  }
  return { facts, problems };
}

function remember(root: string, prompt: string, models: readonly ModelAnalysis[]): void {
  for (const { facts, learnt } of models) {
    if (learnt !== null && !facts.tokenizer.exact) keepCalibration(root, facts.id, prompt, learnt);
  }
}
