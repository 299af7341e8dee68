/**
 * The syntaxes `jinja` and Nunjucks for plain text: analysis and rendering with a place for every piece.
 *
 *   text ─ lexer ─▶ tokens ─ parser ─▶ tree ─ interpreter ─▶ segments
 */
import { HumanError } from '../../../problems/errors.ts';
import type { TemplateAnalysis } from '../analyse.ts';
import type { CompiledTemplate, TemplateFile } from '../compile.ts';
import { analyseTree } from './analyse-jinja.ts';
import { TemplateMistake, isTemplateMistake, type JinjaDialect } from './dialect.ts';
import { lineIn, mistakeError, TemplateFiles, type LoadedFile } from './files.ts';
import { Interpreter } from './interpreter.ts';
import { tokensOf } from './lexer.ts';
import { parseJinja, usesNunjucks } from './parse-template.ts';

/** `dialect`: null finds it in the text, which is Nunjucks where a word occurs that only Nunjucks has. */
export const jinjaSyntax = (dialect: JinjaDialect | null) => ({
  analyse: (source: string, offset: number): TemplateAnalysis => analyseJinja(source, offset, dialect ?? dialectOf(source)),
  compile: (template: TemplateFile, files: ReadonlyMap<string, TemplateFile>): CompiledTemplate =>
    compileJinja(template, files, dialect ?? dialectOf(template.source)),
});

function dialectOf(source: string): JinjaDialect {
  try {
    return usesNunjucks(tokensOf(source, 'nunjucks')) ? 'nunjucks' : 'jinja';
  } catch (error) {
    if (isTemplateMistake(error)) return 'jinja';
    throw error;
  }
}

function analyseJinja(source: string, offset: number, dialect: JinjaDialect): TemplateAnalysis {
  try {
    return shifted(analyseTree(parseJinja(source, dialect), dialect), offset);
  } catch (error) {
    const mistake = error instanceof RangeError ? new TemplateMistake('this template is nested too deeply', 0, source.length) : error;
    if (!isTemplateMistake(mistake)) throw error;
    const { start, end, message, hint } = mistake;
    const range = { start: start + offset, end: Math.min(end, Math.max(source.length, start + 1)) + offset };
    const problem = { code: 'template/syntax', message: `Template: ${message}.`, range, ...(hint === undefined ? {} : { hint }) };
    return { variables: [], partials: [], roles: [], blocks: [], problems: [problem] };
  }
}

function shifted(found: TemplateAnalysis, by: number): TemplateAnalysis {
  const move = <T extends { readonly range: { start: number; end: number } }>(all: readonly T[]): T[] =>
    all.map((one) => ({ ...one, range: { start: one.range.start + by, end: one.range.end + by } }));
  return {
    variables: move(found.variables),
    partials: move(found.partials),
    roles: [],
    blocks: move(found.blocks),
    problems: move(found.problems),
  };
}

function compileJinja(template: TemplateFile, files: ReadonlyMap<string, TemplateFile>, dialect: JinjaDialect): CompiledTemplate {
  const all = new TemplateFiles(files, dialect);
  const entry = all.parse(template);
  const queue: LoadedFile[] = [entry];
  const seen = new Set<string>();
  for (const loaded of queue) {
    const { partials, problems } = analysed(loaded, dialect);
    if (problems[0]) throw problemError(loaded, problems[0]);
    for (const { name } of partials) {
      const file = seen.has(name) ? null : all.named(name);
      seen.add(name);
      if (file !== null) queue.push(file);
    }
  }
  return {
    render: (variables) => {
      return new Interpreter(all, dialect, variables).render(entry);
    },
  };
}

/** @throws {HumanError} for a template nested too deeply. */
function analysed({ file, tree }: LoadedFile, dialect: JinjaDialect): TemplateAnalysis {
  try {
    return analyseTree(tree, dialect);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw mistakeError(file, new TemplateMistake('this template is nested too deeply', 0, file.source.length));
  }
}

function problemError({ file }: LoadedFile, problem: TemplateAnalysis['problems'][number]): HumanError {
  const sentence = problem.message.replace(/^Template: /, '');
  return new HumanError(problem.code, `Template ${file.path}, line ${lineIn(file, problem.range.start)}: ${sentence}`, problem.hint);
}
