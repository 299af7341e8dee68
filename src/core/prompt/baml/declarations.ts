/** A .baml file → what it declares. What cannot be read is a problem at its place, and reading goes on with the next declaration. */
import type { JsonValue } from '../../json/json.ts';
import { BamlMistake, BamlScanner, isBamlMistake, type BamlString } from './baml-scanner.ts';
import {
  noAttributes,
  readAttribute,
  readAttributes,
  readType,
  type BamlAttributes,
  type BamlClass,
  type BamlEnum,
  type BamlField,
  type BamlType,
} from './baml-types.ts';

export interface BamlArgument {
  readonly name: string;
  readonly at: number;
  readonly type: BamlType;
}

export interface BamlFunction {
  readonly name: string;
  readonly at: number;
  readonly args: readonly BamlArgument[];
  readonly returns: BamlType;
  /** The name of a client, or `provider/model`; null: it has none. */
  readonly client: { readonly name: string; readonly at: number } | null;
  readonly prompt: BamlString;
}

export interface BamlTemplate {
  readonly name: string;
  readonly args: readonly BamlArgument[];
  readonly content: BamlString;
}

export interface BamlClient {
  readonly name: string;
  readonly at: number;
  readonly provider: string | null;
  readonly options: JsonValue;
}

/** A rule of a test: its expression, and where it stands. */
export interface BamlRule {
  readonly name: string;
  readonly expression: string;
  readonly at: number;
}

export interface BamlTest {
  readonly name: string;
  readonly at: number;
  readonly end: number;
  readonly nameAt: number;
  readonly functions: readonly string[];
  readonly args: JsonValue;
  readonly rules: readonly BamlRule[];
  /** It changes types for itself. */
  readonly hasTypes: boolean;
}

export interface BamlFile {
  readonly path: string;
  readonly text: string;
  readonly functions: BamlFunction[];
  readonly templates: BamlTemplate[];
  readonly clients: BamlClient[];
  readonly tests: BamlTest[];
  readonly classes: BamlClass[];
  readonly enums: BamlEnum[];
  readonly aliases: { readonly name: string; readonly type: BamlType }[];
  readonly problems: { readonly message: string; readonly at: number }[];
}

const NEXT = /^(?:function|class|enum|type|test|template_string|string_template|client|generator|retry_policy|impl)\b/gm;
/** Blocks that are of no concern to what is sent. */
const IGNORED = ['generator', 'retry_policy', 'override', 'dynamic'];

export function readDeclarations(path: string, text: string): BamlFile {
  const file: BamlFile = {
    path,
    text,
    functions: [],
    templates: [],
    clients: [],
    tests: [],
    classes: [],
    enums: [],
    aliases: [],
    problems: [],
  };
  const scan = new BamlScanner(text.replace(/^\uFEFF/, ' '));
  while (!scan.skip().isAtEnd) {
    const { at } = scan;
    try {
      readDeclaration(scan, file);
    } catch (error) {
      if (!isBamlMistake(error)) throw error;
      file.problems.push({ message: error.message, at: error.at });
      NEXT.lastIndex = Math.max(at + 1, scan.at);
      const next = NEXT.exec(scan.text);
      scan.at = next === null ? scan.text.length : next.index;
    }
  }
  return file;
}

function readDeclaration(scan: BamlScanner, file: BamlFile): void {
  const { at } = scan;
  const word = scan.word();
  scan.skip();
  if (word === 'function') readFunction(scan, file);
  else if (word === 'class') file.classes.push(readClass(scan));
  else if (word === 'enum') file.enums.push(readEnum(scan));
  else if (word === 'type') readAlias(scan, file);
  else if (word === 'test') file.tests.push(readTest(scan, at));
  else if (word === 'template_string' || word === 'string_template') file.templates.push(readTemplate(scan));
  else if (word === 'client') readClient(scan, file);
  else if (word !== null && IGNORED.includes(word)) {
    scan.word();
    scan.skip().word();
    scan.skip().block();
  } else throw new BamlMistake(word === null ? 'a declaration is missing here' : `\`${word}\` is not supported`, at);
}

function readArguments(scan: BamlScanner): BamlArgument[] {
  const args: BamlArgument[] = [];
  scan.need('(');
  while (!scan.skip().eat(')')) {
    const { name, at } = scan.needWord('the name of an argument');
    scan.skip(false);
    const type: BamlType = scan.eat(':') ? readType(scan.skip(), noAttributes()) : { kind: 'primitive', name: 'string', at };
    args.push({ name, at, type });
    scan.skip().eat(',');
  }
  return args;
}

/** A function without a prompt is code, which BAML runs itself. */
function readFunction(scan: BamlScanner, file: BamlFile): void {
  const { name, at } = scan.needWord('the name of a function');
  const args = readArguments(scan.skip());
  scan.skip().need('->');
  const returns = readType(scan.skip(), noAttributes());
  const begin = scan.skip().at;
  let client: BamlFunction['client'] = null;
  let prompt: BamlString | null = null;
  scan.need('{');
  while (!scan.skip().eat('}')) {
    const key = scan.word();
    const place = scan.skip().at;
    if (key === 'prompt') prompt = scan.string();
    else if (key === 'client') client = { name: scan.string()?.content ?? clientName(scan), at: place };
    else {
      scan.at = begin;
      scan.block();
      break;
    }
    if (key === 'prompt' && prompt === null) throw new BamlMistake('the text of the prompt is missing here', place);
  }
  if (prompt !== null) file.functions.push({ name, at, args, returns, client, prompt });
}

function clientName(scan: BamlScanner): string {
  const value = scan.value();
  return typeof value === 'string' ? value : '';
}

function readClass(scan: BamlScanner): BamlClass {
  const { name, at } = scan.needWord('the name of a class');
  const own = noAttributes();
  const fields: BamlField[] = [];
  scan.skip().need('{');
  while (!scan.skip().eat('}')) {
    const place = scan.at;
    if (scan.eat('@@')) readAttribute(scan, own, place);
    else {
      const field = scan.needWord('the name of a field');
      const attributes = noAttributes();
      scan.skip(false).eat(':');
      const type = readType(scan.skip(false), attributes);
      readAttributes(scan, attributes);
      fields.push({ ...attributes, name: field.name, type });
      scan.skip(false).eat(',');
    }
  }
  return { ...own, name, at, fields };
}

function readEnum(scan: BamlScanner): BamlEnum {
  const { name } = scan.needWord('the name of an enum');
  const own = noAttributes();
  const values: (BamlAttributes & { readonly name: string })[] = [];
  scan.skip().need('{');
  while (!scan.skip().eat('}')) {
    const place = scan.at;
    if (scan.eat('@@')) readAttribute(scan, own, place);
    else {
      const value = scan.needWord('the name of a value');
      const attributes = noAttributes();
      readAttributes(scan, attributes);
      values.push({ ...attributes, name: value.name });
      scan.skip(false).eat(',');
    }
  }
  return { ...own, name, values };
}

function readAlias(scan: BamlScanner, file: BamlFile): void {
  const { name } = scan.needWord('the name of a type');
  scan.skip().eat('=');
  scan.skip().eat('|');
  file.aliases.push({ name, type: readType(scan.skip(), noAttributes()) });
}

function readTemplate(scan: BamlScanner): BamlTemplate {
  const { name } = scan.needWord('the name of a template');
  const args = scan.skip().startsWith('(') ? readArguments(scan) : [];
  const { at } = scan.skip();
  const content = scan.string();
  if (content === null) throw new BamlMistake('the text of this template is missing', at);
  return { name, args, content };
}

function readClient(scan: BamlScanner, file: BamlFile): void {
  if (scan.eat('<')) {
    scan.word();
    scan.need('>');
    scan.skip();
  }
  const { name, at } = scan.needWord('the name of a client');
  scan.skip();
  const value = scan.value();
  const { provider = null, options = null } = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  file.clients.push({ name, at, provider: typeof provider === 'string' ? provider : null, options });
}

function readTest(scan: BamlScanner, at: number): BamlTest {
  const name = scan.needWord('the name of a test');
  const rules: BamlRule[] = [];
  let functions: string[] = [];
  let args: JsonValue = {};
  let hasTypes = false;
  if (scan.skip().eat('(')) scan.skip().need(')');
  scan.skip().need('{');
  while (!scan.skip().eat('}')) {
    const place = scan.at;
    if (scan.eat('@@')) rules.push(readRule(scan, place));
    else {
      const key = scan.needWord('a part of a test');
      scan.skip();
      if (key.name === 'type_builder') {
        hasTypes = true;
        scan.block();
        continue;
      }
      const value = scan.value();
      if (key.name === 'args' || key.name === 'input') args = value;
      else if (key.name === 'functions' && Array.isArray(value)) functions = value.filter((item) => typeof item === 'string');
      else if (key.name === 'function' && typeof value === 'string') functions = [value];
      else throw new BamlMistake(`a test has no \`${key.name}\``, key.at);
    }
  }
  return { name: name.name, nameAt: name.at, at, end: scan.at, functions, args, rules, hasTypes };
}

/** `assert(name, {{ … }})`, the name being optional. */
function readRule(scan: BamlScanner, at: number): BamlRule {
  const kind = scan.needWord('the name of a rule').name;
  scan.skip(false).need('(');
  const label = scan.skip().startsWith('{{') ? null : (scan.string()?.content ?? scan.word());
  scan.skip().eat(',');
  const expression = scan.skip().jinja();
  if (expression === null) throw new BamlMistake('the expression of this rule is missing', scan.at);
  scan.skip().need(')');
  return { name: label ?? kind, expression: expression.trim(), at };
}
