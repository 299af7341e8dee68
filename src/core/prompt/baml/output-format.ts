/** What `ctx.output_format` of BAML writes into a prompt: the type of the answer, as BAML describes it to the model. */
import { isNull, type BamlClass, type BamlEnum, type BamlNames, type BamlType } from './baml-types.ts';
import { BamlMistake } from './baml-scanner.ts';

export interface FormatOptions {
  /** Null: none is written; absent: that of the type. */
  readonly prefix?: string | null;
  readonly or_splitter?: string;
  readonly enum_value_prefix?: string | null;
  readonly always_hoist_enums?: boolean;
  readonly map_style?: 'angle' | 'object';
  readonly quote_class_fields?: boolean;
  readonly hoist_classes?: boolean | readonly string[];
  readonly hoisted_class_prefix?: string;
}

export const FORMAT_OPTIONS = [
  ...['prefix', 'or_splitter', 'enum_value_prefix', 'always_hoist_enums', 'map_style', 'quote_class_fields'],
  ...['hoist_classes', 'hoisted_class_prefix'],
];

/** An enum with more values, or with a description, stands before the schema. */
const MOST_INLINE = 6;

/** Empty: nothing is written, as for an answer in text. @throws {BamlMistake} for a type that an answer cannot have. */
export function outputFormat(given: BamlType, names: BamlNames, options: FormatOptions): string {
  return new FormatWriter(names, options).write(given);
}

class FormatWriter {
  private readonly hoistedEnums: BamlEnum[] = [];
  private readonly hoistedClasses: BamlClass[] = [];

  constructor(
    private readonly names: BamlNames,
    private readonly options: FormatOptions,
  ) {}

  private get or(): string {
    return this.options.or_splitter ?? ' or ';
  }

  write(given: BamlType): string {
    const target = this.resolved(given, []);
    this.hoist(target);
    const own = target.kind === 'named' ? this.hoistedEnums.find(({ name }) => name === target.name) : undefined;
    const prefix = this.prefixOf(target);
    const message = own !== undefined || (isText(target) && prefix === '') ? '' : this.message(target);
    const enums = this.hoistedEnums.map((item) => `${item === own ? prefix : ''}${this.enumText(item)}`);
    const classes = this.hoistedClasses.map((item) => this.definition(item));
    const before = own === undefined ? enums : [];
    return [...before, ...classes, own === undefined ? `${prefix}${message}` : enums.join('\n\n')].join('\n\n').replace(/\n+$/, '');
  }

  private message(target: BamlType): string {
    if (target.kind !== 'named') return this.type(target);
    const found = this.names.enums.get(target.name);
    if (found !== undefined) return this.enumText(found);
    return this.isHoisted(target.name) ? target.name : this.type(target);
  }

  /** The type that aliases stand for. */
  private resolved(type: BamlType, seen: readonly string[]): BamlType {
    if (type.kind === 'list') return { kind: 'list', of: this.resolved(type.of, seen) };
    if (type.kind === 'map') return { kind: 'map', key: type.key, value: this.resolved(type.value, seen) };
    if (type.kind === 'union') {
      const of = type.of.map((member) => this.resolved(member, seen)).flatMap((member) => (member.kind === 'union' ? member.of : [member]));
      return { kind: 'union', of };
    }
    const alias = type.kind === 'named' ? this.names.aliases.get(type.name) : undefined;
    if (type.kind !== 'named' || alias === undefined) return type;
    if (seen.includes(type.name)) throw new BamlMistake(`a type that contains itself (\`${type.name}\`) is not supported here`, type.at);
    return this.resolved(alias, [...seen, type.name]);
  }

  private fieldsOf(name: string, at: number): BamlType[] {
    const found = this.names.classes.get(name);
    if (found === undefined) throw new BamlMistake(`there is no type \`${name}\``, at);
    return found.fields.filter(({ isSkipped }) => !isSkipped).map(({ type }) => this.resolved(type, []));
  }

  /** In the order in which BAML finds them: from the last field on. */
  private hoist(target: BamlType): void {
    const seen = new Set<string>();
    const queue = [target];
    const { hoist_classes: wanted = false } = this.options;
    for (let type = queue.pop(); type !== undefined; type = queue.pop()) {
      if (type.kind === 'list') queue.push(type.of);
      else if (type.kind === 'map') queue.push(type.key, type.value);
      else if (type.kind === 'union') queue.push(...type.of);
      if (type.kind !== 'named' || seen.has(type.name)) continue;
      seen.add(type.name);
      const found = this.names.enums.get(type.name);
      if (found !== undefined) {
        const isLong = found.values.filter(({ isSkipped }) => !isSkipped).length > MOST_INLINE;
        if (isLong || found.values.some(({ description }) => description !== null) || this.options.always_hoist_enums === true)
          this.hoistedEnums.push(found);
        continue;
      }
      queue.push(...this.fieldsOf(type.name, type.at));
      const own = this.names.classes.get(type.name);
      const isWanted = wanted === true || (Array.isArray(wanted) && wanted.includes(type.name));
      if (own !== undefined && (isWanted || this.reaches(type.name))) this.hoistedClasses.push(own);
    }
  }

  /** Whether a class has itself below its fields. */
  private reaches(name: string): boolean {
    const seen = new Set<string>();
    const queue = this.fieldsOf(name, 0);
    for (let type = queue.pop(); type !== undefined; type = queue.pop()) {
      if (type.kind === 'list') queue.push(type.of);
      else if (type.kind === 'map') queue.push(type.value);
      else if (type.kind === 'union') queue.push(...type.of);
      if (type.kind !== 'named' || seen.has(type.name)) continue;
      if (type.name === name) return true;
      seen.add(type.name);
      if (!this.names.enums.has(type.name)) queue.push(...this.fieldsOf(type.name, type.at));
    }
    return false;
  }

  private isHoisted(name: string): boolean {
    return this.hoistedClasses.some((item) => item.name === name);
  }

  private prefixOf(target: BamlType): string {
    const { prefix } = this.options;
    if (prefix !== undefined) return prefix ?? '';
    if (target.kind === 'literal') return 'Answer using this specific value:\n';
    if (target.kind === 'list') return 'Answer with a JSON Array using this schema:\n';
    if (target.kind === 'map') return 'Answer in JSON using this schema:\n';
    if (target.kind === 'union')
      return target.of.filter((member) => !isNull(member)).length > 1
        ? 'Answer in JSON using any of these schemas:\n'
        : 'Answer in JSON using this schema:\n';
    if (target.kind === 'primitive') return isText(target) ? '' : `Answer as ${target.name === 'int' ? 'an' : 'a'} `;
    if (this.names.enums.has(target.name)) return 'Answer with any of the categories:\n';
    const word = (this.options.hoisted_class_prefix ?? '') === '' ? 'schema' : (this.options.hoisted_class_prefix ?? '');
    return `Answer in JSON using this ${word}:${this.isHoisted(target.name) ? ' ' : '\n'}`;
  }

  private enumText({ name, alias, values }: BamlEnum): string {
    const { enum_value_prefix: before = '- ' } = this.options;
    const lines = values
      .filter(({ isSkipped }) => !isSkipped)
      .map((value) => {
        const shown = value.alias ?? value.name;
        return `\n${before ?? ''}${value.description === null ? shown : `${shown}: ${value.description.replaceAll('\n', '\n  ')}`}`;
      });
    return `${alias ?? name}\n----${lines.join('')}`;
  }

  private definition(own: BamlClass): string {
    const before = this.options.hoisted_class_prefix ?? '';
    return `${before === '' ? '' : `${before} `}${own.name} ${this.classText(own)}`;
  }

  private classText({ fields, description }: BamlClass): string {
    const head = description === null ? [] : [`  // ${description.replaceAll('\n', '\n  // ')}`, ''];
    const lines = fields
      .filter(({ isSkipped }) => !isSkipped)
      .flatMap((field) => {
        const quote = this.options.quote_class_fields === true ? '"' : '';
        const type = this.type(this.resolved(field.type, [])).replaceAll('\n', '\n  ');
        return [
          ...(field.description === null ? [] : [`  // ${field.description.replaceAll('\n', '\n  // ')}`]),
          `  ${quote}${field.alias ?? field.name}${quote}: ${type},`,
        ];
      });
    return ['{', ...head, ...lines, '}'].join('\n');
  }

  private type(type: BamlType): string {
    switch (type.kind) {
      case 'primitive':
        if (!['string', 'int', 'float', 'bool', 'null'].includes(type.name))
          throw new BamlMistake(`an answer cannot be of the type \`${type.name}\``, type.at);
        return type.name;
      case 'literal':
        return typeof type.value === 'string' ? `"${type.value}"` : String(type.value);
      case 'map': {
        const [key, value] = [this.type(type.key), this.type(type.value)];
        return this.options.map_style === 'object' ? `{${key}: ${value}}` : `map<${key}, ${value}>`;
      }
      case 'union':
        return type.of.map((member) => this.type(member)).join(this.or);
      case 'list':
        return this.list(type.of);
      case 'named':
        return this.named(type.name, type.at);
    }
  }

  private list(of: BamlType): string {
    const text = this.type(of);
    const isHoisted = of.kind === 'named' && this.isHoisted(of.name);
    const isBlock =
      of.kind === 'named' && this.names.enums.has(of.name)
        ? text.length > 15
        : of.kind === 'union'
          ? of.of.every((member) => member.kind !== 'primitive')
          : of.kind !== 'primitive';
    if (isBlock && !isHoisted) return `[\n  ${text.replaceAll('\n', '\n  ')}\n]`;
    return of.kind === 'union' ? `(${text})[]` : `${text}[]`;
  }

  private named(name: string, at: number): string {
    const found = this.names.enums.get(name);
    if (found !== undefined) {
      if (this.hoistedEnums.includes(found)) return found.alias ?? name;
      return found.values
        .filter(({ isSkipped }) => !isSkipped)
        .map((value) => `'${value.alias ?? value.name}'`)
        .join(this.or);
    }
    if (this.isHoisted(name)) return name;
    const own = this.names.classes.get(name);
    if (own === undefined) throw new BamlMistake(`there is no type \`${name}\``, at);
    return this.classText(own);
  }
}

const isText = (type: BamlType): boolean => type.kind === 'primitive' && type.name === 'string';
