/** A documented form as regular expressions that take time in proportion to the text. */
import { ALPHABETS, type SecretFormat } from './secret-format.ts';

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
const PART = /\{([^{}]*)\}|([^{}]+)/g;

export interface CompiledFormat {
  /** What it begins with; empty: with a part that is not known. */
  readonly prefix: string;
  /** A text that each match contains. */
  readonly contains: string;
  /** Sticky, prefix included; made when a text first has the prefix. */
  readonly expression: () => RegExp;
  readonly mustLookRandom: boolean;
}

/** One expression for each beginning. @throws {RangeError} the form cannot be read. */
export function compileFormat([name, given]: SecretFormat): CompiledFormat[] {
  const mustLookRandom = given.startsWith('~');
  const isExact = given.endsWith('!');
  const form = given.slice(mustLookRandom ? 1 : 0, isExact ? -1 : undefined);
  const parts = [...form.matchAll(PART)].map(([, inner, literal]) => (literal === undefined ? (inner ?? '') : { literal }));
  let prefixes = [''];
  const rest: string[] = [];
  let contains = '';
  for (const [i, part] of parts.entries()) {
    if (typeof part === 'object') {
      if (part.literal.length > contains.length) contains = part.literal;
      if (rest.length === 0) prefixes = prefixes.map((prefix) => prefix + part.literal);
      else rest.push(escaped(part.literal));
    } else if (part.includes('|')) {
      const choices = part.split('|');
      if (rest.length === 0) prefixes = prefixes.flatMap((prefix) => choices.map((choice) => prefix + choice));
      else rest.push(`(?:${choices.map(escaped).join('|')})`);
    } else rest.push(part === 'uuid' ? UUID : classOf(name, part, i === parts.length - 1 && !isExact));
  }
  const end = isExact ? '(?![A-Za-z0-9])' : '';
  return prefixes.map((prefix) => ({
    prefix,
    contains: prefix.length > contains.length ? prefix : contains,
    expression: once(() => new RegExp(escaped(prefix) + rest.join('') + end, 'y')),
    mustLookRandom,
  }));
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function classOf(name: string, part: string, isOpen: boolean): string {
  const [, alphabet = '', least = '', most] = /^(\w+):(\d+)(?:,(\d+))?$/.exec(part) ?? [];
  const characters = (ALPHABETS as Readonly<Record<string, string>>)[alphabet];
  if (characters === undefined) throw new RangeError(`The form of ${name} has an unknown part {${part}}.`);
  return `[${characters}]{${least}${most === undefined ? (isOpen ? ',' : '') : `,${most}`}}`;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
