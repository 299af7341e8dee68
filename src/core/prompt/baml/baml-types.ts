/** Types of BAML: how they are written, and the JSON Schema that says the same. */
import { setOwn, type JsonObject, type JsonValue } from '../../json/json.ts';
import { BamlMistake, type BamlScanner } from './baml-scanner.ts';

export const BAML_MEDIA = ['image', 'audio', 'pdf', 'video'] as const;
const PRIMITIVES = ['string', 'int', 'float', 'bool', 'null', ...BAML_MEDIA];

export type BamlType =
  | { readonly kind: 'primitive' | 'named'; readonly name: string; readonly at: number }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly of: BamlType }
  | { readonly kind: 'map'; readonly key: BamlType; readonly value: BamlType }
  | { readonly kind: 'union'; readonly of: readonly BamlType[] };

/** What an `@` says of a field, a value or a block. */
export interface BamlAttributes {
  alias: string | null;
  description: string | null;
  isSkipped: boolean;
  isDynamic: boolean;
  /** Places of rules that Goldset does not check. */
  readonly unchecked: { readonly name: string; readonly at: number }[];
}

export const noAttributes = (): BamlAttributes => ({ alias: null, description: null, isSkipped: false, isDynamic: false, unchecked: [] });

export interface BamlField extends BamlAttributes {
  readonly name: string;
  readonly type: BamlType;
}

export interface BamlClass extends BamlAttributes {
  readonly name: string;
  readonly at: number;
  readonly fields: readonly BamlField[];
}

export interface BamlEnum extends BamlAttributes {
  readonly name: string;
  readonly values: readonly (BamlAttributes & { readonly name: string })[];
}

/** What all files of a project declare, by name. */
export interface BamlNames {
  readonly classes: ReadonlyMap<string, BamlClass>;
  readonly enums: ReadonlyMap<string, BamlEnum>;
  readonly aliases: ReadonlyMap<string, BamlType>;
}

/** Reads a type, its attributes into `attributes`. @throws {BamlMistake} */
export function readType(scan: BamlScanner, attributes: BamlAttributes): BamlType {
  const members = [readMember(scan, attributes)];
  for (;;) {
    const before = scan.at;
    if (!scan.skip().eat('|')) {
      scan.at = before;
      return unionOf(members);
    }
    scan.skip();
    members.push(readMember(scan, attributes));
  }
}

function readMember(scan: BamlScanner, attributes: BamlAttributes): BamlType {
  let type = readBase(scan, attributes);
  for (;;) {
    if (scan.eat('[]')) type = { kind: 'list', of: type };
    else if (scan.eat('?')) type = unionOf([type, { kind: 'primitive', name: 'null', at: scan.at }]);
    else break;
  }
  readAttributes(scan, attributes);
  return type;
}

function readBase(scan: BamlScanner, attributes: BamlAttributes): BamlType {
  const text = scan.string();
  if (text !== null) return { kind: 'literal', value: text.content };
  const number = scan.number();
  if (number !== null) return { kind: 'literal', value: number };
  const { at } = scan;
  if (scan.eat('(')) {
    scan.skip();
    const type = readType(scan, attributes);
    if (scan.skip().startsWith(',')) throw new BamlMistake('tuples are not supported', scan.at);
    scan.need(')');
    return type;
  }
  const name = scan.word();
  if (name === null) throw new BamlMistake('a type is missing here', at);
  if (name === 'map' && scan.skip(false).eat('<')) {
    scan.skip();
    const key = readType(scan, attributes);
    scan.skip().need(',');
    scan.skip();
    const value = readType(scan, attributes);
    scan.skip().need('>');
    return { kind: 'map', key, value };
  }
  if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
  return { kind: PRIMITIVES.includes(name) ? 'primitive' : 'named', name, at };
}

/** `null` comes last, and a union in a union is part of it. */
function unionOf(members: readonly BamlType[]): BamlType {
  const all = members.flatMap((member) => (member.kind === 'union' ? member.of : [member]));
  const [nothing] = all.filter(isNull);
  const others = all.filter((member) => !isNull(member));
  const of = nothing === undefined ? others : [...others, nothing];
  return of.length === 1 && of[0] !== undefined ? of[0] : { kind: 'union', of };
}

export const isNull = (type: BamlType): boolean => type.kind === 'primitive' && type.name === 'null';

/** Attributes behind a field or in a block, which may stand on the next lines. @throws {BamlMistake} */
export function readAttributes(scan: BamlScanner, into: BamlAttributes): void {
  for (;;) {
    const before = scan.at;
    scan.skip();
    const { at } = scan;
    const isOfBlock = scan.startsWith('@@');
    if (isOfBlock || !scan.eat('@')) {
      scan.at = before;
      return;
    }
    readAttribute(scan, into, at);
  }
}

/** What stands behind `@` or `@@`. @throws {BamlMistake} */
export function readAttribute(scan: BamlScanner, into: BamlAttributes, at: number): void {
  const { name } = scan.needWord('the name of an attribute');
  const text = scan.skip(false).startsWith('(') ? argument(scan) : null;
  if (name === 'alias') into.alias = text;
  else if (name === 'description') into.description = text;
  else if (name === 'skip') into.isSkipped = true;
  else if (name === 'dynamic') into.isDynamic = true;
  else if (name === 'assert' || name === 'check') into.unchecked.push({ name, at });
}

function argument(scan: BamlScanner): string | null {
  const before = scan.at;
  scan.need('(');
  scan.skip();
  const value = scan.startsWith('{{') || scan.startsWith(')') ? null : scan.value();
  if (scan.skip().eat(')')) return typeof value === 'string' ? value : null;
  scan.at = before;
  scan.block('(');
  return null;
}

/** The schema of data of a type, as an answer writes it: with the names of `@alias`. @throws {BamlMistake} for a type that has none. */
export function schemaOfType(type: BamlType, names: BamlNames): JsonObject {
  const definitions: JsonObject = {};
  const schema = schemaIn(type, names, definitions);
  return Object.keys(definitions).length === 0 ? schema : { ...schema, definitions };
}

function schemaIn(type: BamlType, names: BamlNames, definitions: JsonObject): JsonObject {
  switch (type.kind) {
    case 'primitive':
      return primitiveSchema(type.name);
    case 'literal':
      return { const: type.value };
    case 'list':
      return { type: 'array', items: schemaIn(type.of, names, definitions) };
    case 'map':
      return { type: 'object', additionalProperties: schemaIn(type.value, names, definitions) };
    case 'union':
      return { anyOf: type.of.map((member) => schemaIn(member, names, definitions)) };
    case 'named':
      return namedSchema(type.name, type.at, names, definitions);
  }
}

function primitiveSchema(name: string): JsonObject {
  if (name === 'int' || name === 'float') return { type: 'number' };
  return { type: name === 'bool' ? 'boolean' : name === 'null' ? 'null' : 'string' };
}

function namedSchema(name: string, at: number, names: BamlNames, definitions: JsonObject): JsonObject {
  const found = names.enums.get(name);
  if (found !== undefined) return found.isDynamic ? { type: 'string' } : { enum: valuesOfEnum(found) };
  const own = names.classes.get(name);
  const alias = names.aliases.get(name);
  if (own === undefined && alias === undefined) throw new BamlMistake(`there is no type \`${name}\``, at);
  if (definitions[name] === undefined) {
    // Known before its fields are read: a class may have itself as a field.
    definitions[name] = {};
    definitions[name] =
      own === undefined ? (alias === undefined ? {} : schemaIn(alias, names, definitions)) : classSchema(own, names, definitions);
  }
  return { $ref: `#/definitions/${name}` };
}

function classSchema(own: BamlClass, names: BamlNames, definitions: JsonObject): JsonObject {
  const properties: JsonObject = {};
  const sent = own.fields.filter(({ isSkipped }) => !isSkipped);
  for (const field of sent) setOwn(properties, field.alias ?? field.name, schemaIn(field.type, names, definitions));
  const required: JsonValue[] = sent.filter(({ type }) => !canBeNull(type)).map(({ name, alias }) => alias ?? name);
  return { type: 'object', properties, required };
}

/** Its names as the model sees them, and those of the program. */
export const valuesOfEnum = ({ values }: BamlEnum): string[] => [
  ...new Set(values.filter(({ isSkipped }) => !isSkipped).flatMap(({ name, alias }) => (alias === null ? [name] : [alias, name]))),
];

const canBeNull = (type: BamlType): boolean => (type.kind === 'union' ? type.of.some(canBeNull) : isNull(type));
