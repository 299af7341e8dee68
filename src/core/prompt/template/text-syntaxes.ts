/** The template languages of plain text, by the name that `syntax:` gives: what each refers to, and how it renders. */
import { HumanError } from '../../problems/errors.ts';
import type { SyntaxName, TextMessage } from '../document.ts';
import { fileOfPrompt } from '../formats/prompt-name.ts';
import type { Segment } from '../request.ts';
import type { JsonObject } from '../../json/json.ts';
import { analyseTemplate, type TemplateAnalysis } from './analyse.ts';
import { compileTemplate, type CompiledTemplate, type TemplateFile } from './compile.ts';
import { readDollarHoles } from './holes/dollar-holes.ts';
import { holeSyntax } from './holes/hole-syntax.ts';
import { readPercentHoles } from './holes/percent-holes.ts';
import { readPythonHoles } from './holes/python-holes.ts';
import { jinjaSyntax } from './jinja/jinja-syntax.ts';
import { MUSTACHE } from './mustache/mustache-syntax.ts';
import { normaliseText, type TextRange } from '../../text/text.ts';
import { rangeInFile } from './text-places.ts';

export interface TextSyntax {
  /** Never throws; ranges are offsets in `source` plus `offset`. `partials`: the files that the text includes, by the name it writes. */
  analyse(source: string, offset: number): TemplateAnalysis;
  /** @throws {HumanError} when the text or a file that it includes is invalid. */
  compile(template: TemplateFile, files: ReadonlyMap<string, TemplateFile>): CompiledTemplate;
}

const HANDLEBARS: TextSyntax = { analyse: analyseTemplate, compile: compileTemplate };

const NONE: TextSyntax = {
  analyse: () => NOTHING,
  compile: ({ path, source, offset }) => ({
    render: () => [
      { kind: 'literal', text: normaliseText(source), source: { path, range: { start: offset, end: offset + source.length } } },
    ],
  }),
};

const NOTHING: TemplateAnalysis = { variables: [], partials: [], roles: [], blocks: [], problems: [] };

const TEXT_SYNTAXES: Readonly<Partial<Record<SyntaxName, TextSyntax>>> = {
  handlebars: HANDLEBARS,
  mustache: MUSTACHE,
  jinja: jinjaSyntax(null),
  nunjucks: jinjaSyntax('nunjucks'),
  python: holeSyntax(readPythonHoles),
  dollar: holeSyntax(readDollarHoles),
  percent: holeSyntax(readPercentHoles),
  none: NONE,
};

/** @throws {HumanError} for a syntax without a reader. */
export function textSyntax(name: SyntaxName): TextSyntax {
  const found = TEXT_SYNTAXES[name];
  if (found === undefined) throw new HumanError('template/unknown-syntax', `Goldset does not read the syntax ${name}.`);
  return found;
}

/** What all messages refer to. `path`: the prompt's id; what is in another file names it. */
export function analyseText(syntax: SyntaxName, messages: readonly TextMessage[], path: string): TemplateAnalysis {
  const own = fileOfPrompt(path);
  const all = messages.map((message) => {
    const { source, file, role } = message;
    const at = file === own ? {} : { file };
    const found = textSyntax(message.syntax ?? syntax).analyse(source, 0);
    const placed = <T extends { readonly range: TextRange }>(items: readonly T[]): T[] =>
      items.map((item) => ({ ...item, range: rangeInFile(message, item.range), ...at }));
    return {
      variables: placed(found.variables),
      partials: placed(found.partials),
      roles: [{ role, range: rangeInFile(message, { start: 0, end: source.length }), ...at }],
      blocks: placed(found.blocks),
      problems: placed(found.problems),
    };
  });
  return {
    variables: all.flatMap(({ variables }) => variables),
    partials: all.flatMap(({ partials }) => partials),
    roles: all.flatMap(({ roles }) => roles),
    blocks: all.flatMap(({ blocks }) => blocks),
    problems: all.flatMap(({ problems }) => problems),
  };
}

/**
 * Renders each message by itself: no text can end it or begin another.
 * @throws {HumanError} when a message or a file that it includes is invalid.
 */
export function compileText(
  syntax: SyntaxName,
  messages: readonly TextMessage[],
  files: ReadonlyMap<string, TemplateFile>,
): (variables: JsonObject) => Segment[] {
  const compiled = messages.map((message) => {
    const { role, source, file, offset, pieces, syntax: own } = message;
    const whole = { path: file, range: rangeInFile(message, { start: 0, end: source.length }) };
    const marker: Segment = { kind: 'marker', marker: { type: 'role', role }, source: whole };
    const { render } = textSyntax(own ?? syntax).compile({ path: file, source, offset: pieces === undefined ? offset : 0 }, files);
    const placed = (segment: Segment): Segment =>
      pieces === undefined || segment.source.path !== file
        ? segment
        : { ...segment, source: { path: file, range: rangeInFile(message, segment.source.range) } };
    return (variables: JsonObject): Segment[] => [marker, ...render(variables, {}).map(placed)];
  });
  return (variables) => compiled.flatMap((render) => render(variables));
}
