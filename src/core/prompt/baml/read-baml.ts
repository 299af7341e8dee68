/**
 * BAML's functions → prompts with their tests as cases. A project is all .baml files of a folder: types, clients and templates of one are
 * known in the others. Nothing is written: BAML's own tools compile these files.
 */
import type { Diagnostic } from '../../problems/diagnostics.ts';
import { HumanError } from '../../problems/errors.ts';
import { caseWithoutFile } from '../../golden/case-without-file.ts';
import type { GoldenCase } from '../../golden/case.ts';
import type { AssertionSpec } from '../../grade/assertion.ts';
import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '../../json/json.ts';
import { LineIndex, type TextRange } from '../../text/text.ts';
import type { PromptDocument } from '../document.ts';
import { blankDocument } from '../formats/blank-document.ts';
import { placeOfPrompt } from '../formats/prompt-name.ts';
import type { TemplateAnalysis } from '../template/analyse.ts';
import type { ExpressionReader } from '../template/jinja/plain-expression.ts';
import { bamlModel } from './baml-clients.ts';
import { assertionsOfRules } from './baml-rules.ts';
import { isBamlMistake } from './baml-scanner.ts';
import { bamlText } from './baml-template.ts';
import { BAML_MEDIA, schemaOfType, type BamlNames, type BamlType } from './baml-types.ts';
import { readDeclarations, type BamlFile, type BamlFunction, type BamlTest } from './declarations.ts';
import { outputFormat } from './output-format.ts';

export interface ReadBamlFunction {
  readonly document: PromptDocument;
  readonly diagnostics: readonly Diagnostic[];
  /** What is wrong with single cases: the others can still run. */
  readonly caseDiagnostics: readonly Diagnostic[];
  /** The name of the function. */
  readonly place: TextRange;
  /** What BAML prints in another way, of the variables that the template reads. */
  readonly printed: (analysis: TemplateAnalysis) => Diagnostic[];
}

/**
 * `texts`: all files of the project by path from the root, that of the prompt too. This file is a bundle of its own, so it is given what
 * reads expressions. @throws {HumanError} `code/no-prompt`
 */
export function readBaml(id: string, texts: ReadonlyMap<string, string>, jinja: ExpressionReader): ReadBamlFunction {
  const { file: path, name } = placeOfPrompt(id);
  const files = [...texts].map(([file, text]) => readDeclarations(file, text));
  const own = files.find((file) => file.path === path);
  const found = own?.functions.find((item) => item.name === name);
  if (own === undefined || found === undefined) throw noFunction(path, name ?? '', own);
  return new FunctionReader(id, own, found, files, jinja).read();
}

function noFunction(path: string, name: string, own: BamlFile | undefined): HumanError {
  const [problem] = own?.problems ?? [];
  const names = own?.functions.map((item) => item.name) ?? [];
  const why = problem === undefined ? '' : ` Line ${new LineIndex(own?.text ?? '').position(problem.at).line + 1}: ${problem.message}.`;
  return new HumanError(
    'code/no-prompt',
    `${path} has no function ${name} with a prompt that Goldset can read.${why}`,
    names.length === 0 ? undefined : `It has: ${names.join(', ')}.`,
  );
}

class FunctionReader {
  private readonly names: BamlNames;
  private readonly diagnostics: Diagnostic[] = [];
  private readonly caseDiagnostics: Diagnostic[] = [];

  constructor(
    private readonly id: string,
    private readonly file: BamlFile,
    private readonly own: BamlFunction,
    private readonly files: readonly BamlFile[],
    private readonly jinja: ExpressionReader,
  ) {
    this.names = {
      classes: byName(files.flatMap(({ classes }) => classes)),
      enums: byName(files.flatMap(({ enums }) => enums)),
      aliases: new Map(files.flatMap(({ aliases }) => aliases.map(({ name, type }) => [name, type] as const))),
    };
  }

  read(): ReadBamlFunction {
    const { own, file, id } = this;
    const place = { start: own.at, end: own.at + own.name.length };
    for (const { message, at } of file.problems) this.say('error', message, at);
    const model = bamlModel(
      own,
      this.files.flatMap(({ clients }) => clients),
    );
    for (const { severity, message, hint, at } of model.notes)
      this.diagnostics.push({
        code: 'baml/client',
        severity,
        message,
        path: file.path,
        range: { start: at, end: at + 1 },
        ...(hint === undefined ? {} : { hint }),
      });
    const templates = this.files.flatMap((each) => each.templates.map((item) => ({ ...item, file: each.path })));
    const text = bamlText(file.path, own.prompt, templates, (options) => outputFormat(own.returns, this.names, options));
    for (const { message, at } of text.problems) this.say('error', message, at === 0 ? own.prompt.start : at);
    const media = own.args.flatMap((arg) => this.mediaOf(arg.type, arg.name, arg.at));
    this.reportTypes();
    const document: PromptDocument = {
      ...blankDocument(id, 'baml', own.name),
      model: model.model,
      parameters: model.parameters,
      template: {
        kind: 'text',
        syntax: 'jinja',
        messages: [text.message],
        ...(text.history === null ? {} : { history: text.history }),
        marks: { places: text.marks, firstRole: model.defaultRole, media, hasMarkdownImages: false, trims: 'space' },
      },
      input: {
        defaults: {},
        schema: this.inputSchema(),
        declared: own.args.map(({ name, at }) => ({ name, range: { start: at, end: at + name.length } })),
      },
      embedded: { cases: this.cases(), assertions: [] },
    };
    const { diagnostics, caseDiagnostics } = this;
    return { document, diagnostics, caseDiagnostics, place, printed: (analysis) => this.printed(analysis) };
  }

  private say(severity: Diagnostic['severity'], message: string, at: number, hint?: string): void {
    const sentence = `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`.replace(/\.\.$/, '.');
    const range: TextRange = { start: at, end: Math.min(at + 1, this.file.text.length) };
    this.diagnostics.push({
      code: 'baml/not-supported',
      severity,
      message: `BAML: ${sentence}`,
      path: this.file.path,
      range,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  private inputSchema(): JsonObject | null {
    const properties: JsonObject = {};
    for (const { name, type, at } of this.own.args) {
      try {
        const { definitions, ...schema } = schemaOfType(type, this.names);
        // A name of a definition would be looked for at the top.
        setOwn(properties, name, definitions === undefined ? schema : {});
      } catch (error) {
        if (!isBamlMistake(error)) throw error;
        this.say('error', error.message, error.at < this.file.text.length ? error.at : at);
      }
    }
    return this.own.args.length === 0 ? null : { type: 'object', properties };
  }

  /** The expressions that print media; a list of media is printed in a loop, where a place says nothing about a value. */
  private mediaOf(type: BamlType, path: string, at: number, depth = 0): string[] {
    if (isMedia(type)) return [path];
    if (type.kind === 'list' && isMedia(type.of)) this.say('error', `a list of media (\`${path}\`) is not supported`, at);
    if (type.kind === 'union') return type.of.flatMap((member) => this.mediaOf(member, path, at, depth));
    const own = type.kind === 'named' && depth < 3 ? this.names.classes.get(type.name) : undefined;
    return own === undefined ? [] : own.fields.flatMap((field) => this.mediaOf(field.type, `${path}.${field.name}`, at, depth + 1));
  }

  private reportTypes(): void {
    for (const { isDynamic, name, unchecked, fields, at } of this.file.classes) {
      if (isDynamic && this.reaches(this.own.returns, name))
        this.say('warning', `the class \`${name}\` is dynamic: what the program adds to it is not in the prompt here`, at);
      for (const rule of [...unchecked, ...fields.flatMap((field) => field.unchecked)])
        this.say('info', `\`@${rule.name}\` of a type is not checked: write it as \`@@${rule.name}\` of a test`, rule.at);
    }
  }

  private reaches(type: BamlType, name: string): boolean {
    return JSON.stringify(type).includes(`"name":${JSON.stringify(name)}`);
  }

  /** What BAML prints of data is not what Jinja prints. */
  private printed({ variables }: TemplateAnalysis): Diagnostic[] {
    return variables.flatMap(({ path, use, range }): Diagnostic[] => {
      const type = this.own.args.find((arg) => arg.name === path)?.type;
      if (use !== 'value' || type === undefined || !isData(type, this.names) || (type.kind === 'list' && isHistoryOf(this.own, path)))
        return [];
      const message = `\`${path}\` is printed as Jinja prints data: BAML may write it in another way.`;
      return [{ code: 'baml/printed', severity: 'info', message, path: this.file.path, range }];
    });
  }

  private cases(): GoldenCase[] {
    const taken = new Set<string>();
    return this.files.flatMap((file) => {
      const lines = new LineIndex(file.text);
      return file.tests.filter(({ functions }) => functions.includes(this.own.name)).map((test) => this.caseOf(test, file, lines, taken));
    });
  }

  private caseOf(test: BamlTest, file: BamlFile, lines: LineIndex, taken: Set<string>): GoldenCase {
    const id = taken.has(test.name) ? `${test.name}-${taken.size + 1}` : test.name;
    taken.add(id);
    const anchor = { start: test.nameAt, end: test.nameAt + test.name.length };
    const problems: string[] = [];
    const refuse = (message: string, at: number): void => {
      problems.push(message);
      const range = { start: at, end: at + 1 };
      this.caseDiagnostics.push({
        code: 'golden/unsupported',
        severity: 'error',
        message: `${message} The test ${test.name} is not judged.`,
        path: file.path,
        range,
      });
    };
    if (test.hasTypes) refuse('`type_builder` of a test is not supported.', test.nameAt);
    const assertions = this.assertionsOf(test, refuse);
    const vars: JsonObject = {};
    const args = isJsonObject(test.args) ? test.args : {};
    for (const [name, value] of Object.entries(args))
      setOwn(
        vars,
        name,
        this.valueOf(value, (message) => refuse(message, test.nameAt)),
      );
    return caseWithoutFile(file.path, {
      id,
      vars,
      assertions,
      literals: this.own.args.filter(({ type }) => isPlain(type)).map(({ name }) => ['vars', name]),
      source: {
        path: file.path,
        line: lines.position(test.at).line + 1,
        range: { start: test.at, end: test.end },
        anchor,
        expectedRange: null,
      },
      unsupported: problems[0] ?? null,
    });
  }

  private assertionsOf(test: BamlTest, refuse: (message: string, at: number) => void): AssertionSpec[] {
    try {
      const all = assertionsOfRules(this.own.returns, this.names, test.rules, this.jinja);
      const implicit = all.length - test.rules.length;
      return all.flatMap((assertion, i) => {
        if (assertion !== null) return [assertion];
        const rule = test.rules[i - implicit];
        if (rule !== undefined) refuse(`\`${rule.expression}\` cannot be checked by Goldset.`, rule.at);
        return [];
      });
    } catch (error) {
      if (!isBamlMistake(error)) throw error;
      this.say('error', error.message, error.at);
      return [];
    }
  }

  /** Media as an address: `{ url … }`. */
  private valueOf(value: JsonValue, refuse: (message: string) => void): JsonValue {
    if (Array.isArray(value)) return value.map((item) => this.valueOf(item, refuse));
    if (!isJsonObject(value)) {
      if (typeof value === 'string' && /^env\.\w+$/.test(value))
        refuse(`\`${value}\` is a variable of the environment, which is not read.`);
      return value;
    }
    const { url, file, base64, media_type: type } = value;
    const keys = Object.keys(value).filter((key) => key !== 'media_type');
    if (keys.length === 1 && typeof url === 'string' && /^(?:https?|data):/.test(url)) return url;
    if (keys.length === 1 && typeof base64 === 'string') return `data:${typeof type === 'string' ? type : 'image/png'};base64,${base64}`;
    if (keys.length === 1 && typeof file === 'string' && /\.\w{2,4}$/.test(file)) {
      refuse(`The file ${file} is not sent: files of BAML's tests are not read.`);
      return file;
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.valueOf(item, refuse)]));
  }
}

const byName = <T extends { readonly name: string }>(all: readonly T[]): ReadonlyMap<string, T> =>
  new Map(all.map((item) => [item.name, item]));

const isMedia = (type: BamlType): boolean => type.kind === 'primitive' && BAML_MEDIA.some((name) => name === type.name);

/** Whether a value of the type is printed as one text. */
const isPlain = (type: BamlType): boolean => (type.kind === 'union' ? type.of.every(isPlain) : type.kind !== 'named' && !isMedia(type));

function isData(type: BamlType, names: BamlNames): boolean {
  if (type.kind === 'union') return type.of.some((member) => isData(member, names));
  return type.kind === 'list' || type.kind === 'map' || (type.kind === 'named' && !names.enums.has(type.name));
}

/** Whether the prompt has this conversation in it. */
const isHistoryOf = ({ prompt }: BamlFunction, name: string): boolean =>
  new RegExp(`in\\s+${name}\\s*-?%\\}\\s*\\{\\{-?\\s*_\\.`).test(prompt.content);
