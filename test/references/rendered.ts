/** One rendering of plain text, for comparison with an engine. */
import type { SyntaxName } from '../../src/core/prompt/document.ts';
import type { Segment } from '../../src/core/prompt/request.ts';
import { jinjaSyntax } from '../../src/core/prompt/template/jinja/jinja-syntax.ts';
import { textSyntax } from '../../src/core/prompt/template/text-syntaxes.ts';
import type { RenderingCase } from './engines.ts';

const syntaxOf = (name: string) => (name === 'nunjucks' ? jinjaSyntax('nunjucks') : textSyntax(name as SyntaxName));

/** The segments of a template in the file `main`, with its other files by name. */
export function segmentsOf({ syntax, template, vars, files }: Omit<RenderingCase, 'name'>): Segment[] {
  const known = Object.entries(files ?? {}).map(([name, source]) => [name, { path: name, source, offset: 0 }] as const);
  const compiled = syntaxOf(syntax).compile({ path: 'main', source: template, offset: 0 }, new Map(known));
  return compiled.render(vars ?? {}, {});
}

export const textOfSegments = (segments: readonly Segment[]): string =>
  segments.map((segment) => (segment.kind === 'marker' ? '' : segment.text)).join('');
