/** Syntaxes whose text has holes and nothing else: a hole prints one variable. Each reads its text into pieces; the rest is the same. */
import { HumanError } from '../../../problems/errors.ts';
import { ownValue, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { LineIndex, type TextRange } from '../../../text/text.ts';
import type { Segment } from '../../request.ts';
import type { ReferenceUse, TemplateAnalysis } from '../analyse.ts';
import type { CompiledTemplate, TemplateFile } from '../compile.ts';
import { Fuel, fromJson, isPyFault, type PyValue } from '../python/values.ts';

/** What a hole reads: the fields and items behind a name. `nameStart`: of the name in the text. */
export interface HoleVariable {
  readonly path: readonly string[];
  readonly nameStart: number;
}

/** The value of a variable; undefined: it has none. */
export type ValueOf = (variable: HoleVariable) => PyValue | undefined;

export type HolePiece = TextRange &
  (
    | { readonly text: string }
    | {
        readonly variables: readonly HoleVariable[];
        readonly expression: string;
        /** @throws {PyFault} when the value does not fit. */
        readonly print: (valueOf: ValueOf, fuel: Fuel) => string;
      }
  );

export interface HoleMistake extends TextRange {
  readonly message: string;
  readonly hint?: string;
}

/** Never throws: the pieces up to the first mistake, and the mistake. */
export type ReadHoles = (source: string) => { readonly pieces: readonly HolePiece[]; readonly mistake: HoleMistake | null };

/** The analysis and rendering of a syntax that is read by `read`. */
export const holeSyntax = (read: ReadHoles) => ({
  analyse: (source: string, offset: number): TemplateAnalysis => analyseHoles(read, source, offset),
  compile: (template: TemplateFile): CompiledTemplate => compileHoles(read, template),
});

function analyseHoles(read: ReadHoles, source: string, offset: number): TemplateAnalysis {
  const { pieces, mistake } = read(source);
  const variables = pieces.flatMap((piece) =>
    'text' in piece ? [] : piece.variables.map((variable, at) => reference(variable, offset, at === 0 ? 'value' : 'argument')),
  );
  const problems = mistake === null ? [] : [problemOf(mistake, offset)];
  return { variables, partials: [], roles: [], blocks: [], problems };
}

function reference({ path, nameStart }: HoleVariable, offset: number, use: ReferenceUse): TemplateAnalysis['variables'][number] {
  const [name = ''] = path;
  const start = nameStart + offset;
  return { name, path: path.join('.'), use, range: { start, end: start + name.length } };
}

function problemOf({ message, start, end, hint }: HoleMistake, offset: number): TemplateAnalysis['problems'][number] {
  const range = { start: start + offset, end: Math.max(end, start + 1) + offset };
  return { code: 'template/syntax', message: `Template: ${message}.`, range, ...(hint === undefined ? {} : { hint }) };
}

function compileHoles(read: ReadHoles, template: TemplateFile): CompiledTemplate {
  const { path, source, offset } = template;
  const { pieces, mistake } = read(source);
  const at = (start: number): string =>
    `Template ${path}, line ${new LineIndex(source.replace(/\r(?!\n)/g, '\n')).position(start).line + 1}`;
  if (mistake !== null) throw new HumanError('template/syntax', `${at(mistake.start)}: ${mistake.message}.`, mistake.hint);
  const placed = ({ start, end }: TextRange): Segment['source'] => ({ path, range: { start: start + offset, end: end + offset } });
  const printed = (piece: Exclude<HolePiece, { text: string }>, variables: JsonObject, fuel: Fuel): string => {
    try {
      return piece.print((variable) => valueIn(variables, variable.path), fuel);
    } catch (error) {
      if (!isPyFault(error)) throw error;
      throw new HumanError('template/render', `${at(piece.start)}: ${error.message}.`, error.hint);
    }
  };
  return {
    render(variables) {
      const fuel = new Fuel();
      return pieces.map((piece): Segment => {
        if ('text' in piece)
          return { kind: 'literal', text: piece.text.replace(/\r\n?/g, '\n').replace(/^\uFEFF/, ''), source: placed(piece) };
        return { kind: 'value', text: printed(piece, variables, fuel), expression: piece.expression, source: placed(piece) };
      });
    },
  };
}

/** A variable of the whole name, else the field that its path leads to. */
function valueIn(variables: JsonObject, path: readonly string[]): PyValue | undefined {
  const whole = ownValue(variables, path.join('.'));
  if (whole !== undefined) return fromJson(whole);
  const found = path.reduce<JsonValue | undefined>(step, variables);
  return found === undefined ? undefined : fromJson(found);
}

function step(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  return typeof value === 'object' && value !== null ? ownValue(value, name) : undefined;
}
