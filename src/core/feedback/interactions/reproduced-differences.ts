/** What differs between two requests that reproduce one call, and between two answers, in lines for people. */
import { diffWords, onlyChanges } from '../../compare/text/word-diff.ts';
import { jsonEquals, type JsonValue } from '../../json/json.ts';
import type { OutputSpec, Parameters } from '../../prompt/document.ts';
import type { Message } from '../../prompt/request.ts';
import type { ToolDefinition } from '../../tool.ts';

export interface SentRequest {
  readonly model: string;
  readonly parameters: Parameters;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly output: OutputSpec;
}

/** From `a` to `b`; empty: both were sent the same. */
export function requestDifferences(a: SentRequest, b: SentRequest): string[] {
  return [
    ...(a.model === b.model ? [] : [`model: ${a.model} → ${b.model}`]),
    ...parameterLines(a.parameters, b.parameters),
    ...(jsonEquals(asData(a.tools), asData(b.tools)) ? [] : [`tools: ${toolNames(a.tools)} → ${toolNames(b.tools)}`]),
    ...(jsonEquals(asData(a.output), asData(b.output)) ? [] : [`output: ${formatText(a.output)} → ${formatText(b.output)}`]),
    ...messageLines(a.messages, b.messages),
  ];
}

/** Word by word, as git marks it: `[-removed-]{+added+}`; null: they are the same. */
export function outputDifference(from: string, to: string): string | null {
  if (from.trim() === to.trim()) return null;
  return onlyChanges(diffWords(from, to))
    .map(({ kind, text }) => (kind === 'same' ? text : kind === 'added' ? `{+${text}+}` : `[-${text}-]`))
    .join('');
}

const asData = (value: readonly ToolDefinition[] | OutputSpec | readonly Message[]): JsonValue =>
  JSON.parse(JSON.stringify(value)) as JsonValue;

function parameterLines(a: Parameters, b: Parameters): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().flatMap((name) => {
    const [from, to] = [a[name], b[name]].map((value) => (value === undefined ? 'not set' : JSON.stringify(value)));
    return from === to ? [] : [`${name}: ${from ?? ''} → ${to ?? ''}`];
  });
}

/** Tools of the same names differ in what they say of themselves. */
const toolNames = (tools: readonly ToolDefinition[]): string =>
  tools.length === 0
    ? 'none'
    : tools.map(({ name, parameters }) => `${name}(${Object.keys(propertiesOf(parameters)).join(', ')})`).join(', ');

const propertiesOf = ({ properties }: ToolDefinition['parameters']): object =>
  typeof properties === 'object' && properties !== null ? properties : {};

const formatText = ({ format, schema, name }: OutputSpec): string =>
  format === 'json' ? (schema === null ? 'JSON' : `JSON of the schema ${name ?? 'output'}`) : (format ?? 'text');

function messageLines(a: readonly Message[], b: readonly Message[]): string[] {
  const roles = (messages: readonly Message[]): string => messages.map(({ role }) => shownRole(role)).join(', ');
  const [from, to] = [roles(a), roles(b)];
  const lines = from === to ? [] : [`messages: ${from} → ${to}`];
  for (const [i, message] of a.entries()) {
    const other = b[i];
    if (other === undefined || shownRole(other.role) !== shownRole(message.role)) break;
    const changed = outputDifference(textIn(message), textIn(other));
    if (changed !== null) lines.push(`${shownRole(message.role)}: ${changed}`);
  }
  return lines;
}

const shownRole = (role: string): string => (role === 'model' ? 'assistant' : role);

/** With what tools were called and returned. */
const textIn = ({ content }: Message): string =>
  content
    .map((part) => {
      if ('text' in part) return part.text;
      if ('toolCall' in part) return `→ ${part.toolCall.name} ${part.toolCall.arguments}`;
      if ('toolResult' in part) return part.toolResult.text;
      return 'media' in part ? `[${part.media.url.slice(0, 80)}]` : '';
    })
    .join('\n');
