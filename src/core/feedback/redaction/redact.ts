/**
 * Takes personal data and keys out of a record before it is written. Every text of it is looked at, however deep; ids, times,
 * model, prompt and usage stay, so that it can still be found and counted. Doing it again changes nothing.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { Attributes, FollowUp, Interaction, ResponseFacts, RetrievedChunk, Signal, StoredLine } from '../interactions/interaction.ts';
import { RECORD_FIELD_NAMES } from '../interactions/record-fields.ts';
import { isCard } from './numbers.ts';
import { NO_PERSONS, parametersWithoutPersons, withoutPersons, type PersonHash } from './persons.ts';
import { Marks, REDACTED, textRedactor } from './redact-text.ts';
import { fieldProblem, type RedactionRules } from '../../config/redaction-rules.ts';

/** Deeper than anything an application means. */
const MAX_DEPTH = 100;

/**
 * `persons`: hashes what is about a person; without it that is left out.
 * @throws {RangeError} a field or a pattern of the rules cannot be used: nothing is written half redacted.
 */
export function redactor(rules: RedactionRules, persons: PersonHash = NO_PERSONS): (line: StoredLine) => StoredLine {
  const walk = new Walk(textRedactor(rules), fieldTree(rules.fields), rules.builtIn.includes('card'), persons);
  return (line) =>
    'interaction' in line ? { interaction: walk.interaction(line.interaction) } : { followUp: walk.followUp(line.followUp) };
}

/** Steps of the paths; `whole`: one ends here. */
interface FieldTree {
  whole: boolean;
  readonly steps: Map<string, FieldTree>;
}

function fieldTree(fields: readonly string[]): FieldTree {
  const root: FieldTree = { whole: false, steps: new Map() };
  for (const field of fields) {
    const problem = fieldProblem(field);
    if (problem !== null) throw new RangeError(problem);
    let at = root;
    for (const step of field.split('.')) {
      const next = at.steps.get(step) ?? { whole: false, steps: new Map<string, FieldTree>() };
      at.steps.set(step, next);
      at = next;
    }
    at.whole = true;
  }
  return root;
}

/** The paths that go on below a key. */
type Paths = readonly FieldTree[];

const below = (paths: Paths, step: string): Paths =>
  paths.length === 0 ? paths : paths.flatMap(({ steps }) => [steps.get(step) ?? [], steps.get('*') ?? []].flat());

const isWhole = (paths: Paths): boolean => paths.some(({ whole }) => whole);

/** What is done with each field of a record. The type asks for all of them: a new field says here whether it can hold what must go. */
type FieldRules = {
  readonly [Field in keyof Required<Interaction>]: (walk: Walk, value: Required<Interaction>[Field], marks: Marks) => Interaction[Field];
};

const keep = <T>(_walk: Walk, value: T): T => value;
/** An id that is taken out is not known: one mark for all would join what does not belong together. */
const id =
  (field: string) =>
  <T>(walk: Walk, value: T): T | null =>
    walk.hides(field) ? null : value;

const FIELD_RULES: FieldRules = {
  id: keep,
  time: keep,
  action: id('action'),
  conversation: id('conversation'),
  trace: id('trace'),
  responseId: id('responseId'),
  user: id('user'),
  prompt: keep,
  variables: (walk, value, marks) => walk.object(value, walk.at('variables'), marks),
  model: keep,
  parameters: (walk, value, marks) => walk.parameters(value, marks),
  messages: (walk, value, marks) => walk.items(value, walk.at('messages'), marks),
  tools: (walk, value, marks) => walk.items(value, walk.at('tools'), marks),
  chunks: (walk, value, marks) => walk.chunks(value, marks),
  output: (walk, value, marks) => walk.text(value, walk.at('output'), marks),
  finish: keep,
  usage: keep,
  served: keep,
  costUsd: keep,
  price: keep,
  response: (walk, value, marks) => walk.response(value, marks),
  attempts: keep,
  operation: keep,
  attributes: (walk, value, marks) => walk.attributes(value, marks),
  ttftMs: keep,
  latencyMs: keep,
  error: (walk, value, marks) => walk.error(value, marks),
  environment: id('environment'),
  signals: (walk, value, marks) => walk.signals(value, marks),
  triage: keep,
};

class Walk {
  private readonly root: Paths;

  constructor(
    private readonly redact: (text: string, marks: Marks) => string,
    fields: FieldTree,
    private readonly hasCards: boolean,
    private readonly persons: PersonHash,
  ) {
    this.root = fields.steps.size === 0 ? [] : [fields];
  }

  /** In the order of all records. */
  interaction(given: Interaction): Interaction {
    const marks = new Marks();
    const redacted: Partial<Record<keyof Interaction, unknown>> = {};
    for (const field of RECORD_FIELD_NAMES) {
      const value = given[field];
      if (value === undefined) continue;
      const rule = FIELD_RULES[field] as (walk: Walk, value: unknown, marks: Marks) => unknown;
      const kept = rule(this, value, marks);
      if (kept !== undefined) redacted[field] = kept;
    }
    return redacted as Interaction;
  }

  followUp(given: FollowUp): FollowUp {
    const marks = new Marks();
    return {
      ...given,
      action: this.hides('action') ? null : given.action,
      chunks: this.chunks(given.chunks, marks),
      signals: this.signals(given.signals, marks),
      reason: this.text(given.reason, below(this.root, 'reason'), marks),
    };
  }

  /** Whether a rule of the workspace takes the whole field out. */
  hides(field: string): boolean {
    return isWhole(below(this.root, field));
  }

  /** The paths below a field. */
  at(field: string): Paths {
    return below(this.root, field);
  }

  parameters(given: JsonObject, marks: Marks): JsonObject {
    return parametersWithoutPersons(this.object(given, this.at('parameters'), marks), this.persons);
  }

  /** Undefined: none is left. */
  attributes(given: Attributes, marks: Marks): Attributes | undefined {
    const paths = this.at('attributes');
    const left = isWhole(paths) ? {} : Object.fromEntries(Object.entries(given).filter(([key]) => !isWhole(below(paths, key))));
    const kept = withoutPersons(left, this.persons, (text) => this.redact(text, marks) !== text);
    return Object.keys(kept).length === 0 ? undefined : kept;
  }

  /** A server can repeat anything in these. */
  response({ model, systemFingerprint, serviceTier }: ResponseFacts, marks: Marks): ResponseFacts {
    const text = (value: string | null): string | null => (value === null ? null : this.redact(value, marks));
    return { model: text(model), systemFingerprint: text(systemFingerprint), serviceTier: text(serviceTier) };
  }

  error(error: Interaction['error'], marks: Marks): Interaction['error'] {
    if (error === null) return null;
    return {
      type: isWhole(this.deep('error', 'type')) ? REDACTED : error.type,
      message: this.text(error.message, this.deep('error', 'message'), marks) ?? '',
    };
  }

  /** Of a field of records: the paths to a part of it; one that ends at the field or an item is for all its texts. */
  private deep(field: string, ...steps: readonly string[]): Paths {
    const start = below(this.root, field);
    return steps.reduce<Paths>((paths, step) => [...below(paths, step), ...paths.filter(({ whole }) => whole)], start);
  }

  chunks(chunks: readonly RetrievedChunk[], marks: Marks): readonly RetrievedChunk[] {
    const hidesId = isWhole(this.deep('chunks', '*').flatMap(({ steps }) => steps.get('id') ?? []));
    return chunks.map(({ id, text, score }) => ({
      id: hidesId ? null : id,
      text: this.text(text, this.deep('chunks', '*', 'text'), marks) ?? '',
      score,
    }));
  }

  signals(signals: readonly Signal[], marks: Marks): readonly Signal[] {
    return signals.map((signal) => {
      const value = this.value(signal.value, this.deep('signals', '*', 'value'), marks, 0);
      return {
        ...signal,
        value: typeof value === 'object' ? null : value,
        note: this.text(signal.note, this.deep('signals', '*', 'note'), marks),
        by: this.text(signal.by, this.deep('signals', '*', 'by'), marks),
      };
    });
  }

  text(text: string | null, paths: Paths, marks: Marks): string | null {
    if (text === null) return null;
    return isWhole(paths) ? REDACTED : this.redact(text, marks);
  }

  /** Itself where nothing is taken out of it, as of most. */
  object(value: JsonObject, paths: Paths, marks: Marks, depth = 0): JsonObject {
    const isAll = isWhole(paths);
    const keys = Object.keys(value);
    const items = keys.map((key) => (isAll ? REDACTED : this.value(value[key] ?? null, below(paths, key), marks, depth + 1)));
    if (keys.every((key, i) => value[key] === items[i])) return value;
    return Object.fromEntries(keys.map((key, i) => [key, items[i] ?? null]));
  }

  items(values: readonly JsonValue[], paths: Paths, marks: Marks, depth = 0): readonly JsonValue[] {
    const isAll = isWhole(paths);
    const items = values.map((value, i) => (isAll ? REDACTED : this.value(value, below(paths, String(i)), marks, depth + 1)));
    return items.every((item, i) => item === values[i]) ? values : items;
  }

  private value(value: JsonValue, paths: Paths, marks: Marks, depth: number): JsonValue {
    if (isWhole(paths)) return value === null ? null : REDACTED;
    if (typeof value === 'string') return this.redact(value, marks);
    if (typeof value === 'number') return this.hasCards && isCardNumber(value) ? marks.of('card', String(value)) : value;
    if (value === null || typeof value === 'boolean') return value;
    if (depth > MAX_DEPTH) return REDACTED;
    if (Array.isArray(value)) return this.items(value, paths, marks, depth) as JsonValue[];
    return isJsonObject(value) ? this.object(value, paths, marks, depth) : value;
  }
}

const isCardNumber = (value: number): boolean => value >= 1e12 && Number.isSafeInteger(value) && isCard(String(value));
