/**
 * Takes personal data and keys out of a record before it is written. Every text of it is looked at, however deep; ids, times,
 * model, prompt and usage stay, so that it can still be found and counted. Doing it again changes nothing.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { FollowUp, Interaction, RetrievedChunk, Signal, StoredLine } from '../interactions/interaction.ts';
import { isCard } from './numbers.ts';
import { Marks, REDACTED, textRedactor } from './redact-text.ts';
import { fieldProblem, type RedactionRules } from '../../config/redaction-rules.ts';

/** Deeper than anything an application means. */
const MAX_DEPTH = 100;

/** @throws {RangeError} a field or a pattern of the rules cannot be used: nothing is written half redacted. */
export function redactor(rules: RedactionRules): (line: StoredLine) => StoredLine {
  const walk = new Walk(textRedactor(rules), fieldTree(rules.fields), rules.builtIn.includes('card'));
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

class Walk {
  private readonly root: Paths;

  constructor(
    private readonly redact: (text: string, marks: Marks) => string,
    fields: FieldTree,
    private readonly hasCards: boolean,
  ) {
    this.root = fields.steps.size === 0 ? [] : [fields];
  }

  interaction(given: Interaction): Interaction {
    const marks = new Marks();
    const { root } = this;
    const { error } = given;
    return {
      id: given.id,
      time: given.time,
      action: this.id(given.action, 'action'),
      conversation: this.id(given.conversation, 'conversation'),
      trace: this.id(given.trace, 'trace'),
      responseId: this.id(given.responseId, 'responseId'),
      user: this.id(given.user, 'user'),
      prompt: given.prompt,
      variables: this.object(given.variables, below(root, 'variables'), marks),
      model: given.model,
      parameters: this.object(given.parameters, below(root, 'parameters'), marks),
      messages: this.items(given.messages, below(root, 'messages'), marks),
      tools: this.items(given.tools, below(root, 'tools'), marks),
      chunks: this.chunks(given.chunks, marks),
      output: this.text(given.output, below(root, 'output'), marks),
      finish: given.finish,
      usage: given.usage,
      costUsd: given.costUsd,
      ttftMs: given.ttftMs,
      latencyMs: given.latencyMs,
      error:
        error === null
          ? null
          : {
              type: isWhole(this.deep('error', 'type')) ? REDACTED : error.type,
              message: this.text(error.message, this.deep('error', 'message'), marks) ?? '',
            },
      environment: this.id(given.environment, 'environment'),
      signals: this.signals(given.signals, marks),
      triage: given.triage,
    };
  }

  followUp(given: FollowUp): FollowUp {
    const marks = new Marks();
    return {
      ...given,
      action: this.id(given.action, 'action'),
      chunks: this.chunks(given.chunks, marks),
      signals: this.signals(given.signals, marks),
      reason: this.text(given.reason, below(this.root, 'reason'), marks),
    };
  }

  /** An id that is taken out is not known: one mark for all would join what does not belong together. */
  private id<T>(value: T, field: string): T | null {
    return isWhole(below(this.root, field)) ? null : value;
  }

  /** Of a field of records: the paths to a part of it; one that ends at the field or an item is for all its texts. */
  private deep(field: string, ...steps: readonly string[]): Paths {
    const start = below(this.root, field);
    return steps.reduce<Paths>((paths, step) => [...below(paths, step), ...paths.filter(({ whole }) => whole)], start);
  }

  private chunks(chunks: readonly RetrievedChunk[], marks: Marks): readonly RetrievedChunk[] {
    const hidesId = isWhole(this.deep('chunks', '*').flatMap(({ steps }) => steps.get('id') ?? []));
    return chunks.map(({ id, text, score }) => ({
      id: hidesId ? null : id,
      text: this.text(text, this.deep('chunks', '*', 'text'), marks) ?? '',
      score,
    }));
  }

  private signals(signals: readonly Signal[], marks: Marks): readonly Signal[] {
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

  private text(text: string | null, paths: Paths, marks: Marks): string | null {
    if (text === null) return null;
    return isWhole(paths) ? REDACTED : this.redact(text, marks);
  }

  /** Itself where nothing is taken out of it, as of most. */
  private object(value: JsonObject, paths: Paths, marks: Marks, depth = 0): JsonObject {
    const isAll = isWhole(paths);
    const keys = Object.keys(value);
    const items = keys.map((key) => (isAll ? REDACTED : this.value(value[key] ?? null, below(paths, key), marks, depth + 1)));
    if (keys.every((key, i) => value[key] === items[i])) return value;
    return Object.fromEntries(keys.map((key, i) => [key, items[i] ?? null]));
  }

  private items(values: readonly JsonValue[], paths: Paths, marks: Marks, depth = 0): readonly JsonValue[] {
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
