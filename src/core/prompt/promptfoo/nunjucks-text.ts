/** Texts of a promptfoo config that are rendered with the variables of a case, as promptfoo renders them. */
import { isHumanError } from '../../problems/errors.ts';
import { ownValue, type JsonObject, type JsonValue } from '../../json/json.ts';
import { hasTemplateTag } from '../../golden/literal.ts';
import { textSyntax } from '../template/text-syntaxes.ts';
import { textOrJson } from '../../text/fill-text.ts';
import { namedEnvironment, type NamedEnvironment, type ReadableEnvironment } from './environment.ts';

/** A text, or why it cannot be rendered. */
export type RenderedText = { readonly text: string } | { readonly problem: string };

/** A tag that does not end on its line makes promptfoo take the whole text as it is. */
const PARTIAL_TAG = /(\{%[^%]*$|\{\{[^}]*$|\{#[^#]*$)/m;
const RAW = /\{%\s*raw\s*%\}/;

/** Whether promptfoo sends a template as it stands. */
export const isSentAsItIs = (template: string): boolean => PARTIAL_TAG.test(template) && !RAW.test(template);

/** `environment`: null where no variable of the environment may be read. */
export function renderNunjucks(template: string, given: JsonObject, environment: ReadableEnvironment | null): RenderedText {
  if (!hasTemplateTag(template)) return { text: template };
  const vars = withEnvironment(template, given, environment);
  if ('problem' in vars) return vars;
  try {
    const compiled = textSyntax('nunjucks').compile({ path: 'value', source: template, offset: 0 }, new Map());
    return {
      text: compiled
        .render(vars.values, {})
        .map((segment) => ('text' in segment ? segment.text : ''))
        .join(''),
    };
  } catch (error) {
    if (!isHumanError(error)) throw error;
    return { problem: error.message.replace(/^Template value, /, '') };
  }
}

/** The variables, with those of the environment that a text names as `env`, unless they have an `env` of their own. */
function withEnvironment(template: string, vars: JsonObject, environment: ReadableEnvironment | null): NamedEnvironment {
  if (ownValue(vars, 'env') !== undefined) return { values: vars };
  const named = namedEnvironment(template, environment);
  if ('problem' in named || Object.keys(named.values).length === 0) return 'problem' in named ? named : { values: vars };
  return { values: { ...vars, env: named.values } };
}

/** promptfoo fills variables into each other so many times. */
const ROUNDS = 5;
const REFERENCE = /\{\{\s*(\w+)\s*\}\}/;

/** The variables with the variables that their texts name. */
export function resolvedVars(
  given: JsonObject,
  environment: ReadableEnvironment | null,
): { readonly vars: JsonObject } | { readonly problem: string; readonly name: string } {
  const vars: JsonObject = { ...given };
  for (const [name, value] of Object.entries(vars)) if (typeof value === 'string') vars[name] = value.replace(/\n$/, '');
  let changed = true;
  for (let round = 0; changed && round < ROUNDS; round++) {
    changed = false;
    for (const [name, value] of Object.entries(vars)) {
      const found = typeof value === 'string' ? REFERENCE.exec(value) : null;
      const other = found === null ? undefined : ownValue(vars, found[1] ?? '');
      if (typeof value !== 'string' || found === null || other === undefined) continue;
      vars[name] = value.replace(found[0], () => textOrJson(other));
      changed = true;
    }
  }
  const rendered: JsonObject = { ...vars };
  for (const [name, value] of Object.entries(vars)) {
    if (typeof value !== 'string' || !hasTemplateTag(value) || isSentAsItIs(value)) continue;
    const known = withEnvironment(value, vars, environment);
    if ('problem' in known) return { problem: known.problem, name };
    if (namesUnknown(value, known.values)) continue;
    const text = renderNunjucks(value, vars, environment);
    if ('problem' in text) return { problem: text.problem, name };
    rendered[name] = text.text;
  }
  return { vars: rendered };
}

/** A text that names a variable without a value stays as it is. */
function namesUnknown(template: string, vars: JsonObject): boolean {
  const { variables } = textSyntax('nunjucks').analyse(template, 0);
  return variables.some(({ name }) => ownValue(vars, name) === undefined);
}

/** The texts of a value, each rendered: of a text, or of the items of a list. */
export function renderedValue(
  value: JsonValue,
  vars: JsonObject,
  environment: ReadableEnvironment | null,
): { readonly value: JsonValue } | { readonly problem: string } {
  if (typeof value === 'string') {
    const text = renderNunjucks(value, vars, environment);
    return 'problem' in text ? text : { value: text.text };
  }
  if (!Array.isArray(value)) return { value };
  const items: JsonValue[] = [];
  for (const item of value) {
    const text = typeof item === 'string' && !item.startsWith('file://') ? renderNunjucks(item, vars, environment) : { text: item };
    if ('problem' in text) return text;
    items.push(text.text);
  }
  return { value: items };
}
