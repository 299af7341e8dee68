/** One entry of a golden set → GoldenCase: promptfoo's fields and ours. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { TextRange } from '../text.ts';
import { nearestWord } from '../did-you-mean.ts';
import type { Fields } from '../yaml-fields.ts';
import type { Path } from '../yaml.ts';
import type { AssertionSpec } from '../grade/assertion.ts';
import { problemOf, stemOf } from '../grade/assertion-types.ts';
import { isCode } from '../grade/code-assertion.ts';
import type { CaseStatus, GoldenCase } from './case.ts';
import { deriveCaseId } from './case-id.ts';
import { readToolMocks } from './tool-mocks.ts';
import { isChoiceJudge } from '../grade/choice-evaluator.ts';
import { isJudged } from '../grade/judged-types.ts';

/** Where parts of the entry stand; keys are relative to it. */
export interface CaseRanges {
  readonly whole: TextRange;
  valueOf(keys: Path): TextRange;
  keyOf(keys: Path): TextRange;
}

const OURS = ['id', 'expected', 'critical', 'group', 'status', 'tools'];
const KNOWN = [...OURS, 'vars', 'assert', 'description', 'threshold', 'options', 'metadata'];
/** promptfoo's fields that change what is asked or how it is judged, and that we cannot follow yet. */
const UNSUPPORTED = ['provider', 'providers', 'prompts', 'providerOutput', 'assertScoringFunction'];
/** Keys that decide whether a case passes. */
const JUDGING = ['expected', 'assert', 'threshold', 'critical', 'status'];
const STATUSES: readonly CaseStatus[] = ['active', 'known-failing', 'unverified'];
const OPTIONS = ['prefix', 'suffix', 'disableVarExpansion'];
const UNSUPPORTED_OPTIONS = [
  'transform',
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
  private readonly ids = new Set<string>();

  constructor(
    private readonly fields: Fields,
    private readonly path: string,
  ) {}

  /** No case, or one. Problems go to the fields' diagnostics. */
  read(entry: JsonValue, at: Path, places: CaseRanges): GoldenCase[] {
    if (!isJsonObject(entry)) {
      this.fields.report(at, 'A golden case must be a map with `vars`, `expected` or `assert`.');
      return [];
    }
    const unsupported: string[] = [];
    const { list: problems } = this.fields.diagnostics;
    const before = problems.length;
    const note = (reason: string, keys: Path): void => {
      unsupported.push(reason);
      this.fields.diagnostics.error('golden/unsupported', reason, places.keyOf(keys), 'This case ends in an error until it is fixed.');
    };
    this.unknownKeys(entry, KNOWN, UNSUPPORTED, [], places, note);
    const options = this.fields.object(entry, [...at, 'options']) ?? {};
    this.unknownKeys(options, OPTIONS, UNSUPPORTED_OPTIONS, ['options'], places, note);
    for (const key of ['prefix', 'suffix']) {
      const text = options[key];
      if (typeof text === 'string' && text.includes('{{')) note(`Variables in \`${key}\` are not supported yet.`, ['options', key]);
    }
    const vars = this.vars(entry, at, note);
    const status = this.fields.oneOf(entry, [...at, 'status'], STATUSES) ?? 'active';
    const assertions = this.assertions(this.fields.list(entry, [...at, 'assert']), at, ['assert'], places, note);
    const tools = readToolMocks(this.fields, entry['tools'], [...at, 'tools']);
    const threshold = this.fields.number(entry, [...at, 'threshold'], 0);
    if (threshold !== null && threshold > 1)
      this.fields.report([...at, 'threshold'], 'The `threshold` of a case must be a score from 0 to 1.');
    if (entry['critical'] !== undefined && typeof entry['critical'] !== 'boolean')
      this.fields.report([...at, 'critical'], '`critical` must be true or false.');
    if (entry['expected'] === null) note('`expected` is empty.', ['expected']);
    // A case that is not as its author wrote it cannot be judged.
    const broken = problems.slice(before).find((item) => item.severity === 'error');
    const id = this.id(entry, at, vars, places);
    return [
      {
        id,
        description: this.fields.string(entry, [...at, 'description']),
        vars,
        ...(entry['expected'] === undefined ? {} : { expected: entry['expected'] }),
        assertions,
        threshold,
        ...(tools.length === 0 ? {} : { tools }),
        prefix: this.fields.string(options, [...at, 'options', 'prefix']) ?? '',
        suffix: this.fields.string(options, [...at, 'options', 'suffix']) ?? '',
        expandLists: options['disableVarExpansion'] !== true,
        critical: entry['critical'] === true,
        group: this.fields.string(entry, [...at, 'group']),
        status,
        metadata: this.fields.object(entry, [...at, 'metadata']) ?? {},
        source: {
          path: this.path,
          range: places.whole,
          anchor: places.keyOf([Object.keys(entry)[0] ?? '']),
          expectedRange: entry['expected'] === undefined ? null : places.valueOf(['expected']),
        },
        unsupported: unsupported[0] ?? (broken === undefined || broken.code.startsWith('assert/') ? null : broken.message),
      },
    ];
  }

  private id(entry: JsonObject, at: Path, vars: JsonObject, places: CaseRanges): string {
    const given = this.fields.string(entry, [...at, 'id']);
    if (given === null || given === '') {
      return deriveCaseId({ vars, expected: entry['expected'] ?? null, description: entry['description'] ?? null }, this.ids);
    }
    if (!this.ids.has(given)) {
      this.ids.add(given);
      return given;
    }
    this.fields.diagnostics.error(
      'golden/duplicate-id',
      `There is another case with the id \`${given}\`.`,
      places.valueOf(['id']),
      'Give each case a unique id.',
    );
    return deriveCaseId({ id: given }, this.ids);
  }

  private vars(entry: JsonObject, at: Path, note: (reason: string, keys: Path) => void): JsonObject {
    if (typeof entry['vars'] === 'string') {
      note('Variables from another file are not supported yet.', ['vars']);
      return {};
    }
    const vars = this.fields.object(entry, [...at, 'vars']) ?? {};
    for (const [name, value] of Object.entries(vars)) {
      if (typeof value === 'string' && value.startsWith('file://'))
        note(`The variable \`${name}\` is read from a file, which is not supported yet.`, ['vars', name]);
    }
    return vars;
  }

  private assertions(
    list: readonly JsonValue[],
    at: Path,
    keys: Path,
    places: CaseRanges,
    note: (reason: string, keys: Path) => void,
  ): AssertionSpec[] {
    return list.flatMap((item, i) => {
      const here = [...keys, i];
      if (!isJsonObject(item) || typeof item['type'] !== 'string') {
        this.fields.report([...at, ...here], 'An assertion must be a map with a `type`.');
        note('An assertion without a type can’t be graded.', here);
        return [];
      }
      const spec: AssertionSpec = {
        type: item['type'],
        range: places.whole === places.valueOf(here) ? places.whole : places.valueOf(here),
        ...(item['value'] === undefined ? {} : { value: item['value'] }),
        ...this.optionalNumber(item, [...at, ...here], 'threshold'),
        ...this.optionalNumber(item, [...at, ...here], 'weight'),
        ...(typeof item['metric'] === 'string' ? { metric: item['metric'] } : {}),
        ...(typeof item['provider'] === 'string' ? { provider: item['provider'] } : {}),
        ...(typeof item['rubricPrompt'] === 'string' ? { rubricPrompt: item['rubricPrompt'] } : {}),
        ...(Array.isArray(item['assert']) ? { assert: this.assertions(item['assert'], at, [...here, 'assert'], places, note) } : {}),
      };
      this.checkAssertion(item, spec, here, places, note);
      return [spec];
    });
  }

  private checkAssertion(
    item: JsonObject,
    spec: AssertionSpec,
    keys: Path,
    places: CaseRanges,
    note: (reason: string, keys: Path) => void,
  ): void {
    const problem = problemOf(spec);
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
    const unsupported = ['transform', 'contextTransform', 'config', '$ref', ...(judged ? [] : ['provider', 'rubricPrompt'])];
    for (const key of unsupported) {
      if (item[key] !== undefined) note(`\`${key}\` of an assertion is not supported yet.`, [...keys, key]);
    }
    for (const key of ['provider', 'rubricPrompt']) {
      const text = item[key];
      if (judged && text !== undefined && typeof text !== 'string') note(`\`${key}\` of an assertion must be text.`, [...keys, key]);
    }
    if (judged && spec.rubricPrompt?.endsWith('.prompt') === false)
      note('`rubricPrompt` must name a `.prompt` file that has its own output schema.', [...keys, 'rubricPrompt']);
    const value = spec.value;
    if (typeof value === 'string' && value.startsWith('file://') && !isCode(stemOf(spec.type)))
      note('An assertion value from a file is not supported yet.', [...keys, 'value']);
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
    note: (reason: string, keys: Path) => void,
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
