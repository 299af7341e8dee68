/** Messages whose text is already parted into static text and variables: rendering and analysis. */
import { textOrJson } from '../../text/fill-text.ts';
import { ownValue, type JsonObject, type JsonValue } from '../../json/json.ts';
import { normaliseText } from '../../text/text.ts';
import { HumanError } from '../../problems/errors.ts';
import type { PartsMessage, TemplatePart } from '../document.ts';
import type { Segment } from '../request.ts';
import type { TemplateAnalysis } from './analyse.ts';
import { formatLikeCode } from './python/format-like-code.ts';
import { isPyFault } from './python/values.ts';

/** The segments of one message. A variable without a value renders empty. */
export const renderParts = ({ role, parts, source }: PartsMessage, variables: JsonObject): Segment[] => [
  { kind: 'marker', marker: { type: 'role', role }, source },
  ...parts.map((part) => renderPart(part, variables)),
];

function renderPart(part: TemplatePart, variables: JsonObject): Segment {
  if ('text' in part) return { kind: 'literal', text: normaliseText(part.text), source: part.source };
  const value = variableValue(variables, part.variable);
  const text = value === undefined ? '' : printValue(value, part);
  return { kind: 'value', text, expression: part.variable, source: part.source };
}

/** A variable of this very name, else the field that its path leads to. */
function variableValue(variables: JsonObject, name: string): JsonValue | undefined {
  const own = ownValue(variables, name);
  if (own !== undefined) return own;
  const [root = '', ...fields] = name.split('.');
  return fields.reduce<JsonValue | undefined>(
    (value, field) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? ownValue(value, field) : undefined),
    ownValue(variables, root),
  );
}

type VariablePart = Exclude<TemplatePart, { text: string }>;

function printValue(value: JsonValue, part: VariablePart): string {
  if (part.print === 'python') return pythonValue(value, part);
  return part.print === 'javascript' && typeof value !== 'string' ? javascriptText(value) : textOrJson(value);
}

/** @throws {HumanError} when Python would not format this value so. */
function pythonValue(value: JsonValue, { format, variable, source }: VariablePart): string {
  try {
    return formatLikeCode(value, format ?? '');
  } catch (error) {
    if (!isPyFault(error)) throw error;
    throw new HumanError(
      'template/render',
      `${source.path}: the variable \`${variable}\` cannot be printed: ${error.message}.`,
      error.hint,
    );
  }
}

/** `String(value)` of JavaScript. */
function javascriptText(value: JsonValue): string {
  if (Array.isArray(value)) return value.map((item) => (item === null ? '' : javascriptText(item))).join(',');
  return typeof value === 'object' && value !== null ? '[object Object]' : String(value);
}

/** What the messages refer to, as for a template. `path`: the prompt's own (`FILE#NAME`); places in other files have no range here. */
export function analyseParts(messages: readonly PartsMessage[], path: string): TemplateAnalysis {
  const file = fileOfCodePrompt(path);
  const here = ({ source }: { source: PartsMessage['source'] }) => (source.path === file ? source.range : { start: 0, end: 0 });
  return {
    variables: messages.flatMap(({ parts }) =>
      parts.flatMap((part) =>
        'text' in part
          ? []
          : [{ name: part.variable.split('.')[0] ?? part.variable, path: part.variable, use: 'value' as const, range: here(part) }],
      ),
    ),
    partials: [],
    roles: messages.map((message) => ({ role: message.role, range: here(message) })),
    blocks: [],
    problems: [],
  };
}

/** The file of a prompt in code: its path without `#NAME`. */
export const fileOfCodePrompt = (path: string): string => path.replace(/#[^#/\\]*$/, '');
