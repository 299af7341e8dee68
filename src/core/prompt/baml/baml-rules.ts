/** Rules of a BAML test (`@@assert`, `@@check`) and the type of the answer → assertions. What cannot be said so is named. */
import type { AssertionSpec } from '../../grade/assertion.ts';
import type { JsonObject, JsonValue } from '../../json/json.ts';
import type { JinjaExpression } from '../template/jinja/nodes.ts';
import type { ExpressionReader } from '../template/jinja/plain-expression.ts';
import { schemaOfType, valuesOfEnum, type BamlNames, type BamlType } from './baml-types.ts';
import type { BamlRule } from './declarations.ts';

/** The assertions of a test; null for a rule that has none here. */
export function assertionsOfRules(
  returns: BamlType,
  names: BamlNames,
  rules: readonly BamlRule[],
  jinja: ExpressionReader,
): (AssertionSpec | null)[] {
  const answer = answerOf(returns, names);
  const parsed =
    answer.kind === 'json' ? [jsonAssertion(answer.schema, null, null)] : answer.values.length === 0 ? [] : [oneOf(answer.values)];
  const own = rules.map((rule): AssertionSpec | null => {
    const expression = jinja.expression(rule.expression);
    if (expression === null) return null;
    const latency = latencyOf(expression, jinja);
    if (latency !== null) return { type: 'latency', threshold: latency, metric: rule.name };
    if (answer.kind === 'text') return textAssertion(expression, rule, names, jinja);
    const schema = new RuleSchema(names, jinja).of(expression);
    return schema === null ? null : jsonAssertion(answer.schema, schema, rule);
  });
  return [...parsed, ...own];
}

type Answer = { readonly kind: 'json'; readonly schema: JsonObject } | { readonly kind: 'text'; readonly values: readonly string[] };

/** An answer that is no JSON is text: of an enum, one that has the name of a value. */
function answerOf(type: BamlType, names: BamlNames): Answer {
  if (type.kind === 'named') {
    const alias = names.aliases.get(type.name);
    if (alias !== undefined && alias.kind !== 'named')
      return answerOf(alias, { ...names, aliases: new Map([...names.aliases].filter(([name]) => name !== type.name)) });
    const found = names.enums.get(type.name);
    if (found !== undefined) return { kind: 'text', values: found.isDynamic ? [] : valuesOfEnum(found) };
  }
  const isPlain = (member: BamlType): boolean =>
    member.kind === 'primitive' || member.kind === 'literal' || (member.kind === 'named' && names.enums.has(member.name));
  if (!isPlain(type) && !(type.kind === 'union' && type.of.some(isPlain))) return { kind: 'json', schema: schemaOfType(type, names) };
  const literals = type.kind === 'union' ? type.of : [type];
  return {
    kind: 'text',
    values: literals.every(({ kind }) => kind === 'literal')
      ? literals.flatMap((one) => (one.kind === 'literal' ? [String(one.value)] : []))
      : [],
  };
}

const oneOf = (values: readonly string[]): AssertionSpec => ({ type: 'icontains-any', value: [...values], verbatim: [[]] });

function jsonAssertion({ definitions, ...schema }: JsonObject, rule: JsonObject | null, named: BamlRule | null): AssertionSpec {
  const value: JsonObject = {
    ...(definitions === undefined ? {} : { definitions }),
    allOf: rule === null ? [schema] : [schema, rule],
  };
  return { type: 'contains-json', value, verbatim: [[]], ...(named === null ? {} : { metric: named.name }) };
}

/** `_.latency_ms < 1000`: the limit; null: it is another expression. */
function latencyOf(expression: JinjaExpression, jinja: ExpressionReader): number | null {
  if (expression.type !== 'compare') return null;
  const { first, rest } = expression;
  const [only, ...more] = rest;
  const isLatency = first.type === 'attribute' && first.name === 'latency_ms' && first.target.type === 'name' && first.target.name === '_';
  if (!isLatency || only === undefined || more.length > 0 || !['<', '<='].includes(only.operator)) return null;
  const limit = jinja.constant(only.right);
  return typeof limit === 'number' ? limit : null;
}

function textAssertion(expression: JinjaExpression, rule: BamlRule, names: BamlNames, jinja: ExpressionReader): AssertionSpec | null {
  const found = textCheck(expression, names, jinja);
  return found === null ? null : { ...found, verbatim: [[]], metric: rule.name };
}

/** What is said of the answer as a whole. */
function textCheck(
  expression: JinjaExpression,
  names: BamlNames,
  jinja: ExpressionReader,
): { readonly type: string; readonly value: JsonValue } | null {
  if (expression.type === 'unary' && expression.operator === 'not') return negated(textCheck(expression.target, names, jinja));
  if (expression.type === 'filter' && expression.name === 'regex_match' && isThis(expression.target)) {
    const pattern = jinja.constant(expression.args.positional[0] ?? expression);
    return typeof pattern === 'string' ? { type: 'regex', value: pattern } : null;
  }
  if (expression.type !== 'compare' || expression.rest.length !== 1) return null;
  const { first, rest } = expression;
  const [only] = rest;
  if (only === undefined) return null;
  const value = jinja.constant(only.right);
  if (typeof value === 'boolean' && !isThis(first) && (only.operator === '==' || only.operator === '!=')) {
    const inner = textCheck(first, names, jinja);
    return value === (only.operator === '==') ? inner : negated(inner);
  }
  if (isThis(first) && value !== undefined && (only.operator === '==' || only.operator === '!=')) {
    const same = typeof value === 'string' ? valueCheck(value, names) : { type: 'icontains', value: JSON.stringify(value) };
    return only.operator === '==' ? same : negated(same);
  }
  const part = jinja.constant(first);
  if (typeof part !== 'string' || !isThis(only.right) || (only.operator !== 'in' && only.operator !== 'not in')) return null;
  return { type: only.operator === 'in' ? 'contains' : 'not-contains', value: part };
}

/** The value of an enum may stand in a sentence, under its alias too. */
function valueCheck(value: string, { enums }: BamlNames): { readonly type: string; readonly value: JsonValue } {
  const all = [...enums.values()].flatMap(({ values }) => values).filter(({ name }) => name === value);
  if (all.length === 0) return { type: 'equals', value };
  return { type: 'icontains-any', value: [...new Set(all.flatMap(({ name, alias }) => (alias === null ? [name] : [alias, name])))] };
}

const negated = (check: { readonly type: string; readonly value: JsonValue } | null) =>
  check === null ? null : { ...check, type: check.type.startsWith('not-') ? check.type.slice('not-'.length) : `not-${check.type}` };

const isThis = (expression: JinjaExpression | null): boolean => expression?.type === 'name' && expression.name === 'this';

/** A rule about parts of the answer → a JSON Schema. Null: it says more than a schema can. */
class RuleSchema {
  constructor(
    private readonly names: BamlNames,
    private readonly jinja: ExpressionReader,
  ) {}

  of(expression: JinjaExpression): JsonObject | null {
    if (expression.type === 'logic') {
      const parts = [this.of(expression.left), this.of(expression.right)];
      const all = parts.filter((part) => part !== null);
      return all.length < parts.length ? null : { [expression.operator === 'and' ? 'allOf' : 'anyOf']: all };
    }
    if (expression.type === 'unary' && expression.operator === 'not') return not(this.of(expression.target));
    if (expression.type === 'filter' && expression.name === 'regex_match') {
      const pattern = this.jinja.constant(expression.args.positional[0] ?? expression);
      return typeof pattern === 'string' ? this.at(expression.target, { type: 'string', pattern }) : null;
    }
    if (expression.type === 'compare') return this.compared(expression);
    return this.at(expression, { const: true });
  }

  private compared({ first, rest }: Extract<JinjaExpression, { type: 'compare' }>): JsonObject | null {
    const [only, ...more] = rest;
    if (only === undefined || more.length > 0) return null;
    const { operator, right } = only;
    const value = this.jinja.constant(right);
    if (operator === 'in' || operator === 'not in') {
      const found = Array.isArray(value) ? this.at(first, { enum: value }) : this.contained(this.jinja.constant(first), right);
      return operator === 'in' ? found : not(found);
    }
    if (value === undefined) return null;
    if (typeof value === 'boolean' && (first.type === 'filter' || first.type === 'compare')) {
      const inner = this.of(first);
      return value === (operator === '==') ? inner : not(inner);
    }
    if (first.type === 'filter' && (first.name === 'length' || first.name === 'count')) {
      const limits = typeof value === 'number' ? lengthLimits(operator, value) : null;
      return limits === null ? null : this.at(first.target, limits);
    }
    if (operator === '==') return this.at(first, { const: value });
    if (operator === '!=') return not(this.at(first, { const: value }));
    const limit = LIMITS[operator];
    return typeof value !== 'number' || limit === undefined ? null : this.at(first, { type: 'number', [limit]: value });
  }

  private contained(part: JsonValue | undefined, place: JinjaExpression): JsonObject | null {
    if (part === undefined) return null;
    const isItem: JsonObject = { type: 'array', contains: { const: part } };
    if (typeof part !== 'string') return this.at(place, isItem);
    return this.at(place, { anyOf: [isItem, { type: 'string', pattern: part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&') }] });
  }

  /** The schema of the whole answer, in which that of one part stands. */
  private at(place: JinjaExpression | null, schema: JsonObject): JsonObject | null {
    if (place === null) return null;
    if (isThis(place)) return schema;
    if (place.type === 'attribute') return this.at(place.target, this.field(place.name, schema));
    const key = place.type === 'item' ? this.jinja.constant(place.key) : undefined;
    if (place.type !== 'item' || key === undefined) return null;
    if (typeof key === 'string') return this.at(place.target, this.field(key, schema));
    if (typeof key !== 'number' || key < 0) return null;
    const items: JsonValue[] = [...Array.from({ length: key }, (): JsonValue => ({})), schema];
    return this.at(place.target, { type: 'array', items, minItems: key + 1 });
  }

  /** Under the name that the model was told. */
  private field(name: string, schema: JsonObject): JsonObject {
    const aliases = [...this.names.classes.values()]
      .flatMap(({ fields }) => fields)
      .filter((field) => field.name === name && field.alias !== null);
    const keys = [...new Set([name, ...aliases.flatMap(({ alias }) => alias ?? [])])];
    const all = keys.map((key): JsonObject => ({ type: 'object', properties: { [key]: schema }, required: [key] }));
    return all.length === 1 && all[0] !== undefined ? all[0] : { anyOf: all };
  }
}

const LIMITS: Readonly<Record<string, string>> = { '<': 'exclusiveMaximum', '<=': 'maximum', '>': 'exclusiveMinimum', '>=': 'minimum' };

const not = (schema: JsonObject | null): JsonObject | null => (schema === null ? null : { not: schema });

function lengthLimits(operator: string, value: number): JsonObject | null {
  const between = (least: number, most: number | null): JsonObject =>
    Object.assign(
      { type: ['array', 'string', 'object'] },
      ...['Items', 'Length', 'Properties'].map((what) => ({
        [`min${what}`]: Math.max(0, least),
        ...(most === null ? {} : { [`max${what}`]: most }),
      })),
    ) as JsonObject;
  if (!Number.isInteger(value)) return null;
  if (operator === '==') return between(value, value);
  if (operator === '!=') return { not: between(value, value) };
  if (operator === '>') return between(value + 1, null);
  if (operator === '>=') return between(value, null);
  if (operator === '<') return between(0, value - 1);
  return operator === '<=' ? between(0, value) : null;
}
