/**
 * Handlebars renders, but nothing of the result is a string to be searched: every literal, value and marker of
 * the syntax tree is replaced by a call that records a segment with its place in the source.
 *
 *   text ─ parse ─▶ tree ─ instrument ─▶ tree of recording calls ─ Handlebars ─▶ segments
 */
import type { JsonObject } from '../../json/json.ts';
import { LineIndex, type TextRange } from '../../text/text.ts';
import { HumanError, isHumanError } from '../../problems/errors.ts';
import type { Segment } from '../request.ts';
import {
  createEnvironment,
  isExternalHelper,
  isExternalPartial,
  isKnownHelper,
  isMarkerHelper,
  parseTemplate,
  rangeOfNode,
  type Expression,
  type Program,
  type Statement,
} from './handlebars.ts';
import { externalHelper, registerHelpers } from './template-helpers.ts';
import { Recorder } from './recorder.ts';

export interface TemplateFile {
  readonly path: string;
  readonly source: string;
  /** Of `source` in its file. */
  readonly offset: number;
}

export interface CompiledTemplate {
  /** @throws {HumanError} when the template cannot be rendered with this data. */
  render(variables: JsonObject, data: JsonObject): Segment[];
}

/** What only the application's code defines: a call of such a helper is its first argument, or its block; such a partial is empty. */
export interface ExternalNames {
  readonly helpers: readonly string[];
  readonly partials: readonly string[];
}

/** @throws {HumanError} when the template or a partial it uses is invalid. */
export function compileTemplate(
  template: TemplateFile,
  partials: ReadonlyMap<string, TemplateFile>,
  external: ExternalNames = { helpers: [], partials: [] },
): CompiledTemplate {
  const environment = createEnvironment();
  const recorder = new Recorder();
  registerHelpers(environment, recorder);
  const helpers = external.helpers.filter(isExternalHelper);
  for (const name of helpers) environment.registerHelper(name, externalHelper);
  const knownHelpers = { ...KNOWN_HELPERS, ...Object.fromEntries(helpers.map((name) => [name, true])) };
  const prepare = (file: TemplateFile): Program => {
    const parsed = parseTemplate(file.source);
    if (parsed.program === null) throw new HumanError('template/syntax', `Template ${file.path}: ${parsed.problem.message}.`);
    return new Instrument(file, recorder, helpers).program(parsed.program);
  };
  const compile = (file: TemplateFile): Handlebars.TemplateDelegate =>
    environment.compile(prepare(file), { knownHelpers, knownHelpersOnly: true, noEscape: true });
  const nothing = compile({ path: template.path, source: '', offset: 0 });
  for (const name of external.partials.filter(isExternalPartial)) environment.registerPartial(name, nothing as Handlebars.Template);
  for (const [name, file] of partials) environment.registerPartial(name, compile(file) as Handlebars.Template);
  const run = compile(template);
  return {
    render(variables, data) {
      recorder.reset();
      try {
        run(variables, { data: { ...data }, allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false });
      } catch (error) {
        if (isHumanError(error)) throw error;
        const reason = error instanceof RangeError ? 'it calls itself endlessly' : error instanceof Error ? error.message : String(error);
        throw new HumanError('template/render', `Template ${template.path} cannot be rendered: ${reason}.`);
      }
      return recorder.segments();
    },
  };
}

const RECORDING = ['__literal', '__value', '__role', '__history', '__media', '__section', '__indent', '__dedent'];
const KNOWN_HELPERS = Object.fromEntries([...RECORDING, 'json', 'lookup', 'ifEquals', 'unlessEquals', 'log'].map((name) => [name, true]));

/** Rewrites one file's tree in place. */
class Instrument {
  private readonly lines: LineIndex;

  constructor(
    private readonly file: TemplateFile,
    private readonly recorder: Recorder,
    private readonly externalHelpers: readonly string[],
  ) {
    this.lines = new LineIndex(file.source.replace(/\r(?!\n)/g, '\n'));
  }

  program(program: Program): Program {
    program.body = program.body.flatMap((statement) => this.statement(statement));
    return program;
  }

  private statement(node: Statement): Statement[] {
    switch (node.type) {
      case 'ContentStatement': {
        const text = (node as hbs.AST.ContentStatement).value;
        return text === '' ? [] : [this.call('__literal', node, [], text)];
      }
      case 'MustacheStatement':
        return [this.mustache(node as hbs.AST.MustacheStatement)];
      case 'BlockStatement':
      case 'DecoratorBlock': {
        const block = node as hbs.AST.BlockStatement;
        if (block.program) this.program(block.program);
        if (block.inverse) this.program(block.inverse);
        return [block];
      }
      case 'PartialStatement':
      case 'PartialBlockStatement':
        return this.partial(node as hbs.AST.PartialStatement & { program?: Program });
      default:
        return [node];
    }
  }

  private mustache(node: hbs.AST.MustacheStatement): Statement {
    const name = node.path.type === 'PathExpression' ? (node.path as hbs.AST.PathExpression).original : null;
    if (name === 'role' && node.params[0]?.type !== 'StringLiteral') {
      throw new HumanError('template/role', `Template ${this.file.path}: the role must be written out, as in {{role "system"}}.`);
    }
    if (name !== null && isMarkerHelper(name)) return this.call(`__${name}`, node, node.params, '', node.hash);
    const isCall =
      node.params.length > 0 || node.hash !== undefined || (name !== null && (isKnownHelper(name) || this.externalHelpers.includes(name)));
    const value: Expression = isCall ? { ...node, type: 'SubExpression' } : asPath(node.path);
    return this.call('__value', node, [value], this.expressionOf(node));
  }

  /** A partial that stands alone on an indented line is indented as a whole; the recorder does what Handlebars would. */
  private partial(node: hbs.AST.PartialStatement & { program?: Program; indent?: string }): Statement[] {
    if (node.name.type === 'SubExpression')
      throw new HumanError('template/partial', `Template ${this.file.path}: the name of a partial must be written out.`);
    if (node.program) this.program(node.program);
    const indent = node.indent ?? '';
    if (indent === '') return [node];
    node.indent = '';
    return [this.call('__indent', node, [], indent), node, this.call('__dedent', node, [], '')];
  }

  private expressionOf(node: hbs.AST.MustacheStatement): string {
    const { start, end } = rangeOfNode(node, this.lines);
    return this.file.source.slice(start, end).replace(/^\{+[&~]?\s*|\s*~?\}+$/g, '');
  }

  /** `{{name SITE …params}}`, where SITE is the recorder's entry for this node. */
  private call(name: string, node: Statement, params: Expression[], text: string, hash?: hbs.AST.Hash): Statement {
    const place = rangeOfNode(node, this.lines);
    const range: TextRange = { start: place.start + this.file.offset, end: place.end + this.file.offset };
    const site = this.recorder.addSite({ text, source: { path: this.file.path, range } });
    const number = { type: 'NumberLiteral', value: site, original: site, loc: node.loc };
    const path = { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc: node.loc };
    const strip = { open: false, close: false };
    return {
      type: 'MustacheStatement',
      path,
      params: [number, ...params],
      hash,
      escaped: false,
      strip,
      loc: node.loc,
    } as unknown as Statement;
  }
}

/** `{{"a b"}}` and `{{12}}` look up variables of that name, as Handlebars itself does. */
function asPath(node: Expression): Expression {
  if (node.type === 'PathExpression') return node;
  const original = String((node as { original?: string | number | boolean }).original ?? '');
  return { type: 'PathExpression', data: false, depth: 0, parts: [original], original, loc: node.loc } as unknown as Expression;
}
