/** One entry of a golden set → GoldenCase: promptfoo's fields and ours. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json.ts';
import type { TextRange } from '../text/text.ts';
import { nearestWord } from '../problems/did-you-mean.ts';
import type { Fields } from '../yaml/yaml-fields.ts';
import type { Path } from '../yaml/yaml.ts';
import { withTransforms, type AssertionSpec } from '../grade/assertion.ts';
import { problemOf, stemOf } from '../grade/assertion-types.ts';
import { codeFile, isCode } from '../grade/code-assertion.ts';
import { CASE_KINDS, placeOfCase, type CaseSource, type CaseStatus, type GoldenCase } from './case.ts';
import { isFileReference, isMediaReference, referenceProblem } from './case-files.ts';
import { templateProblem, variablesIn, WRITE_LITERAL } from './case-template.ts';
import { movedCase, type KnownItem } from './known-items.ts';
import { deriveCaseId, doubledId, UNIQUE_ID } from './case-id.ts';
import { isLiteralAt, literalsBelow, withoutLiterals } from './literal.ts';
import { readCaseMessages } from './case-messages.ts';
import { readToolMocks } from './tool-mocks.ts';
import { isChoiceJudge } from '../grade/choice-evaluator.ts';
import { WrittenValues } from '../yaml/written-values.ts';
import { isJudged } from '../grade/judged-types.ts';

/** Where parts of the entry stand; keys are relative to it. */
export interface CaseRanges {
  readonly whole: TextRange;
  valueOf(keys: Path): TextRange;
  keyOf(keys: Path): TextRange;
}

/** Says why a case cannot be judged as it is written. `keys`: where, from the entry. */
type Note = (reason: string, keys: Path, hint?: string) => void;

const OURS = ['id', 'expected', 'critical', 'group', 'status', 'tools', 'messages', 'kind', 'reproduces'];
const KNOWN = [...OURS, 'vars', 'assert', 'description', 'threshold', 'options', 'metadata'];
/** promptfoo's fields that change what is asked or how it is judged, and that we cannot follow yet. */
const UNSUPPORTED = ['provider', 'providers', 'prompts', 'providerOutput', 'assertScoringFunction', 'transformVars', 'postprocess'];
/** Keys that decide whether a case passes. */
const JUDGING = ['expected', 'assert', 'threshold', 'critical', 'status'];
/** Types whose value is compared as a number. */
const NUMBER_VALUED = ['word-count', 'levenshtein', 'cost', 'latency', 'ttft', 'output-tokens'];
const STATUSES: readonly CaseStatus[] = ['active', 'known-failing', 'unverified'];
const OPTIONS = ['prefix', 'suffix', 'disableVarExpansion', 'transform'];
const UNSUPPORTED_OPTIONS = [
  'transformVars',
  'postprocess',
  'provider',
  'rubricPrompt',
  'storeOutputAs',
  'runSerially',
  'repeat',
  'disableDefaultAsserts',
];

export class CaseReader {
  /** By id as given: where its case is. */
  private readonly places = new Map<string, string>();
  private readonly written: WrittenValues;
  /** Of the case that was read last: what its id was derived from; null: it has one. */
  private derivedFrom: JsonValue | null = null;
  /** Of the case that is being read: where values stand for themselves. */
  private literals: readonly Path[] = [];

  constructor(
    private readonly fields: Fields,
    private readonly path: string,
    /** The line of an offset, from 1. */
    private readonly lineAt: (offset: number) => number,
    /** Ids that are taken: those of readers of the same set. */
    private readonly ids = new Set<string>(),
  ) {
    this.written = new WrittenValues(fields, 'golden/changed-value');
  }

  /** What is said once of the whole file. */
  finish(): void {
    this.written.finish();
  }

  /**
   * A case that was read before, at the place where the same text stands now; null: it has the id of another case. `start`: of its item.
   */
  again(known: KnownItem, start: number): GoldenCase | null {
    const { derivedFrom, goldenCase } = known;
    if (derivedFrom === null && this.ids.has(goldenCase.id)) return null;
    const id = derivedFrom === null ? goldenCase.id : deriveCaseId(derivedFrom, this.ids);
    this.ids.add(id);
    const moved = movedCase(known, start, id, this.lineAt);
    this.places.set(id, placeOfCase(moved.source));
    return moved;
  }

  /** As `read`, and how to know the case again; null: something was said of it, which has to be said each time. */
  readAnew(
    marked: JsonValue,
    at: Path,
    places: CaseRanges,
    start: number,
  ): { readonly cases: GoldenCase[]; readonly known: KnownItem | null } {
    const said = this.said;
    const cases = this.read(marked, at, places);
    const [goldenCase, ...others] = cases;
    if (goldenCase === undefined || others.length > 0 || goldenCase.unsupported !== null || this.said !== said)
      return { cases, known: null };
    return { cases, known: { goldenCase, start, derivedFrom: this.derivedFrom } };
  }

  private get said(): number {
    return this.fields.diagnostics.list.length + this.written.count;
  }

  /** No case, or one. Problems go to the fields' diagnostics. */
  read(marked: JsonValue, at: Path, places: CaseRanges): GoldenCase[] {
    const { value: entry, literals } = withoutLiterals(marked);
    this.literals = literals;
    if (!isJsonObject(entry)) {
      this.fields.report(at, 'A golden case must be a map with `vars`, `expected` or `assert`.');
      return [];
    }
    const unsupported: string[] = [];
    const { list: problems } = this.fields.diagnostics;
    const before = problems.length;
    const note: Note = (reason, keys, hint = 'This case ends in an error until it is fixed.') => {
      unsupported.push(reason);
      this.fields.diagnostics.error('golden/unsupported', reason, places.keyOf(keys), hint);
    };
    if (entry['transform'] !== undefined)
      note('`transform` beside the assertions is not executed.', ['transform'], 'Write it under `options`.');
    this.unknownKeys(entry, [...KNOWN, 'transform'], UNSUPPORTED, [], places, note);
    const options = this.fields.object(entry, [...at, 'options']) ?? {};
    this.unknownKeys(options, OPTIONS, UNSUPPORTED_OPTIONS, ['options'], places, note);
    for (const key of ['prefix', 'suffix']) {
      const text = options[key];
      if (typeof text === 'string' && text.includes('{{') && !isLiteralAt(literals, 'options', key))
        note(`Variables in \`${key}\` are not supported yet.`, ['options', key]);
    }
    const vars = this.vars(entry, at, note);
    const status = this.fields.oneOf(entry, [...at, 'status'], STATUSES) ?? 'active';
    const shared = this.transform(options['transform'], ['options', 'transform'], note);
    const assertions = this.assertions(this.fields.list(entry, [...at, 'assert']), at, ['assert'], places, vars, note).map((spec) =>
      withTransforms(spec, shared),
    );
    const tools = readToolMocks(this.fields, entry['tools'], [...at, 'tools']);
    const messages = readCaseMessages(this.fields, entry['messages'], [...at, 'messages']);
    const kind = this.fields.oneOf(entry, [...at, 'kind'], CASE_KINDS);
    const reproduces = this.reproduces(entry, at);
    const threshold = this.fields.number(entry, [...at, 'threshold'], 0);
    if (threshold !== null && threshold > 1)
      this.fields.report([...at, 'threshold'], 'The `threshold` of a case must be a score from 0 to 1.');
    // What may be critical counts as critical.
    const critical = this.fields.flag(entry, [...at, 'critical'], true, 'the case counts as critical until it is fixed.') ?? false;
    const keepsLists =
      this.fields.flag(options, [...at, 'options', 'disableVarExpansion'], false, 'lists are expanded until it is fixed.') ?? false;
    this.checkWritten(entry, at);
    if (entry['expected'] === null) note('`expected` is empty.', ['expected']);
    // A case that is not as its author wrote it cannot be judged.
    const broken = problems.slice(before).find((item) => item.severity === 'error');
    const source: CaseSource = {
      path: this.path,
      line: this.lineAt(places.whole.start),
      range: places.whole,
      anchor: places.keyOf([Object.keys(entry)[0] ?? '']),
      expectedRange: entry['expected'] === undefined ? null : places.valueOf(['expected']),
    };
    const { id, doubled } = this.id(entry, at, vars, places, placeOfCase(source));
    return [
      {
        id,
        description: this.fields.string(entry, [...at, 'description']),
        vars,
        ...(entry['expected'] === undefined ? {} : { expected: entry['expected'] }),
        assertions,
        threshold,
        ...(messages === null ? {} : { messages }),
        ...(tools.length === 0 ? {} : { tools }),
        prefix: this.fields.string(options, [...at, 'options', 'prefix']) ?? '',
        suffix: this.fields.string(options, [...at, 'options', 'suffix']) ?? '',
        expandLists: !keepsLists,
        critical,
        group: this.fields.string(entry, [...at, 'group']),
        status,
        ...(kind === null ? {} : { kind }),
        ...(reproduces === null ? {} : { reproduces }),
        metadata: this.fields.object(entry, [...at, 'metadata']) ?? {},
        ...(literals.length === 0 ? {} : { literals }),
        source,
        unsupported: unsupported[0] ?? (broken === undefined || broken.code.startsWith('assert/') ? doubled : broken.message),
      },
    ];
  }

  /** Null: it was not tried, or what is written is not a yes or no, which is reported. */
  private reproduces(entry: JsonObject, at: Path): boolean | null {
    const { reproduces: given } = entry;
    if (given === undefined || typeof given === 'boolean') return given ?? null;
    this.fields.report([...at, 'reproduces'], '`reproduces` must be true or false.');
    return null;
  }

  /** `doubled`: why the case cannot be told from another; null: it can. */
  private id(entry: JsonObject, at: Path, vars: JsonObject, places: CaseRanges, place: string): { id: string; doubled: string | null } {
    const given = this.fields.string(entry, [...at, 'id']);
    this.derivedFrom = null;
    if (given === null || given === '') {
      const { expected = null, description = null, messages } = entry;
      this.derivedFrom = { vars, expected, description, ...(messages === undefined ? {} : { messages }) };
      const id = deriveCaseId(this.derivedFrom, this.ids);
      this.places.set(id, place);
      return { id, doubled: null };
    }
    if (!this.ids.has(given)) {
      this.ids.add(given);
      this.places.set(given, place);
      return { id: given, doubled: null };
    }
    const doubled = doubledId(given, this.places.get(given) ?? this.path, place);
    this.fields.diagnostics.error('golden/duplicate-id', doubled, places.valueOf(['id']), UNIQUE_ID);
    return { id: deriveCaseId({ id: given }, this.ids), doubled };
  }

  /** Variables and what is compared with text are shown as they are written; a threshold is a number. */
  private checkWritten(entry: JsonObject, at: Path): void {
    const { vars, expected, assert, id, group, description } = entry;
    this.written.check(vars, [...at, 'vars'], true);
    this.written.check(expected, [...at, 'expected'], typeof expected !== 'object');
    for (const [key, value] of Object.entries({ id, group, description })) this.written.check(value, [...at, key], true);
    if (!Array.isArray(assert)) return;
    assert.forEach((item, i) => {
      const { value, type } = isJsonObject(item) ? item : {};
      const isText = !isJsonObject(value) && !(typeof type === 'string' && NUMBER_VALUED.includes(stemOf(type)));
      this.written.check(value, [...at, 'assert', i, 'value'], isText);
    });
  }

  private vars(entry: JsonObject, at: Path, note: Note): JsonObject {
    if (typeof entry['vars'] === 'string') {
      note('Variables from another file are not supported yet.', ['vars']);
      return {};
    }
    const vars = this.fields.object(entry, [...at, 'vars']) ?? {};
    for (const [name, value] of Object.entries(vars)) {
      const items = Array.isArray(value) ? value : [value];
      for (const [i, text] of items.entries()) {
        const keys = Array.isArray(value) ? ['vars', name, i] : ['vars', name];
        if (typeof text !== 'string' || isLiteralAt(this.literals, ...keys)) continue;
        const problem = isFileReference(text) ? referenceProblem(text, isMediaReference(text)) : templateProblem(text, vars);
        if (problem !== null) note(`The variable \`${name}\`: ${problem}`, keys, isFileReference(text) ? undefined : WRITE_LITERAL);
      }
    }
    return vars;
  }

  private assertions(list: readonly JsonValue[], at: Path, keys: Path, places: CaseRanges, vars: JsonObject, note: Note): AssertionSpec[] {
    return list.flatMap((item, i) => {
      const here = [...keys, i];
      if (!isJsonObject(item) || typeof item['type'] !== 'string') {
        this.fields.report([...at, ...here], 'An assertion must be a map with a `type`.');
        note('An assertion without a type can’t be graded.', here);
        return [];
      }
      const verbatim = literalsBelow(this.literals, ...here, 'value');
      const spec: AssertionSpec = {
        type: item['type'],
        range: places.whole === places.valueOf(here) ? places.whole : places.valueOf(here),
        ...(item['value'] === undefined ? {} : { value: item['value'] }),
        ...(verbatim.length === 0 ? {} : { verbatim }),
        ...this.optionalNumber(item, [...at, ...here], 'threshold'),
        ...this.optionalNumber(item, [...at, ...here], 'weight'),
        ...(typeof item['metric'] === 'string' ? { metric: item['metric'] } : {}),
        ...judgeModel(item['provider']),
        ...(typeof item['rubricPrompt'] === 'string' ? { rubricPrompt: item['rubricPrompt'] } : {}),
        ...(typeof item['contextTransform'] === 'string' ? { contextTransform: item['contextTransform'] } : {}),
        ...(isJsonObject(item['config']) ? { config: item['config'] } : {}),
        ...(Array.isArray(item['assert']) ? { assert: this.assertions(item['assert'], at, [...here, 'assert'], places, vars, note) } : {}),
      };
      this.checkAssertion(item, spec, here, places, vars, note);
      return [withTransforms(spec, this.transform(item['transform'], [...here, 'transform'], note))];
    });
  }

  private transform(value: JsonValue | undefined, keys: Path, note: Note): readonly string[] {
    if (value === undefined || value === null) return [];
    if (typeof value === 'string' && value.trim() !== '') return [value];
    note('`transform` must be code: an expression, a function’s body, or file://…', keys);
    return [];
  }

  private checkAssertion(item: JsonObject, spec: AssertionSpec, keys: Path, places: CaseRanges, vars: JsonObject, note: Note): void {
    // The content of a file is checked when it is read.
    const isFile = isFileReference(spec.value) && !isCode(stemOf(spec.type)) && spec.verbatim === undefined;
    const problem = isFile ? null : problemOf(spec);
    if (problem !== null) {
      this.fields.diagnostics.error(problem.code, problem.message, places.valueOf([...keys, 'type']), problem.hint);
    }
    const type = stemOf(spec.type);
    if (isChoiceJudge(type))
      this.fields.diagnostics.warning(
        'assert/prompt-yml-only',
        `\`${type}\` is a judge of \`.prompt.yml\`, where every score above 0 passes.`,
        places.valueOf([...keys, 'type']),
        'Use `llm-rubric` with a `threshold` for passing.',
      );
    const judged = isJudged(type);
    const hasContext = type.startsWith('context-') && typeof item['contextTransform'] === 'string';
    const unsupported = [
      ...(hasContext ? [] : ['contextTransform']),
      ...(isCode(type) ? [] : ['config']),
      '$ref',
      ...(judged ? [] : ['provider', 'rubricPrompt']),
    ];
    for (const key of unsupported) {
      if (item[key] !== undefined) note(`\`${key}\` of an assertion is not supported yet.`, [...keys, key]);
    }
    for (const key of ['provider', 'rubricPrompt']) {
      const text = key === 'provider' ? (spec.provider ?? item[key]) : item[key];
      if (isLiteralAt(this.literals, ...keys, key))
        note(`\`${key}\` of an assertion is a name, so it cannot be a literal.`, [...keys, key]);
      if (judged && text !== undefined && typeof text !== 'string') note(`\`${key}\` of an assertion must be text.`, [...keys, key]);
    }
    if (judged && spec.rubricPrompt?.endsWith('.prompt') === false)
      note('`rubricPrompt` must name a `.prompt` file that has its own output schema.', [...keys, 'rubricPrompt']);
    this.checkValue(spec, vars, keys, note);
  }

  /** The texts of a value: files that it names, and variables that are put into it. */
  private checkValue(spec: AssertionSpec, vars: JsonObject, keys: Path, note: Note): void {
    if (stemOf(spec.type) === 'expected') return;
    const file = codeFile(spec);
    if (isCode(stemOf(spec.type))) {
      const named = file === null ? [] : variablesIn(file.file);
      if (named.some((name) => isLiteralAt(this.literals, 'vars', name)))
        note('A literal is not put into the path of a file.', [...keys, 'value'], 'Write the path without the variable.');
      return;
    }
    const check = (value: JsonValue | undefined, at: Path): void => {
      if (isLiteralAt(this.literals, ...at)) return;
      if (Array.isArray(value)) value.forEach((item, i) => check(item, [...at, i]));
      else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) check(item, [...at, key]);
      else if (typeof value === 'string') {
        const isFile = at.length === keys.length + 1 && isFileReference(value);
        const problem = isFile ? referenceProblem(value, false) : templateProblem(value, vars);
        if (problem !== null) note(`The value of \`${spec.type}\`: ${problem}`, at, isFile ? undefined : WRITE_LITERAL);
      }
    };
    check(spec.value, [...keys, 'value']);
  }

  private optionalNumber(item: JsonObject, at: Path, key: 'threshold' | 'weight'): { threshold?: number; weight?: number } {
    const number = this.fields.number(item, [...at, key], 0);
    return number === null ? {} : { [key]: number };
  }

  private unknownKeys(
    object: JsonObject,
    known: readonly string[],
    unsupported: readonly string[],
    at: Path,
    places: CaseRanges,
    note: Note,
  ): void {
    for (const key of Object.keys(object)) {
      if (known.includes(key)) continue;
      if (unsupported.includes(key)) note(`\`${key}\` is not supported yet.`, [...at, key]);
      else {
        const near = nearestWord(key, known);
        // A slip in a key that judges would let everything pass.
        if (near !== null && JUDGING.includes(near)) note(`Unknown key \`${key}\`. Did you mean \`${near}\`?`, [...at, key]);
        else this.fields.diagnostics.warning('golden/unknown-key', `Unknown key \`${key}\`.`, places.keyOf([...at, key]));
      }
    }
  }
}

/** Which model judges, and with which parameters: a name, or promptfoo's `{ id, config }`. */
function judgeModel(provider: JsonValue | undefined): Pick<AssertionSpec, 'provider' | 'judgeParameters'> {
  if (typeof provider === 'string') return { provider };
  if (!isJsonObject(provider) || typeof provider['id'] !== 'string') return {};
  const { id, config } = provider;
  return { provider: id, ...(isJsonObject(config) && Object.keys(config).length > 0 ? { judgeParameters: config } : {}) };
}
