/** Texts of a promptfoo config that are rendered with the variables of a case, as promptfoo renders them. */
import { isHumanError } from '../../errors.ts';
import { ownValue, type JsonObject, type JsonValue } from '../../json.ts';
import { hasTemplateTag } from '../../golden/literal.ts';
import { textSyntax } from '../template/text-syntaxes.ts';
import { textOrJson } from '../../fill-text.ts';

/** A text, or why it cannot be rendered. */
export type RenderedText = { readonly text: string } | { readonly problem: string };

const ENVIRONMENT = /\{[{%][^}]*\benv\s*[.[]\s*['"]?([A-Za-z_]\w*)?/;

/** The variable of the environment that a text wants; null: none. */
export const environmentName = (text: string): string | null => {
  const found = ENVIRONMENT.exec(text);
  return found === null ? null : (found[1] ?? 'env');
};

/** A tag that does not end on its line makes promptfoo take the whole text as it is. */
const PARTIAL_TAG = /(\{%[^%]*$|\{\{[^}]*$|\{#[^#]*$)/m;
const RAW = /\{%\s*raw\s*%\}/;

/** Whether promptfoo sends a template as it stands. */
export const isSentAsItIs = (template: string): boolean => PARTIAL_TAG.test(template) && !RAW.test(template);

export function renderNunjucks(template: string, vars: JsonObject): RenderedText {
  if (!hasTemplateTag(template)) return { text: template };
  const name = environmentName(template);
  if (name !== null) return { problem: environmentProblem(name) };
  try {
    const compiled = textSyntax('nunjucks').compile({ path: 'value', source: template, offset: 0 }, new Map());
    return {
      text: compiled
        .render(vars, {})
        .map((segment) => ('text' in segment ? segment.text : ''))
        .join(''),
    };
  } catch (error) {
    if (!isHumanError(error)) throw error;
    return { problem: error.message.replace(/^Template value, /, '') };
  }
}

export const environmentProblem = (name: string): string =>
  `\`{{env.${name}}}\` names a variable of the environment, which Goldset does not put into prompts and cases.`;

/** promptfoo fills variables into each other so many times. */
const ROUNDS = 5;
const REFERENCE = /\{\{\s*(\w+)\s*\}\}/;

/** The variables with the variables that their texts name. */
export function resolvedVars(given: JsonObject): { readonly vars: JsonObject } | { readonly problem: string; readonly name: string } {
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
    const environment = environmentName(value);
    if (environment !== null) return { problem: environmentProblem(environment), name };
    if (namesUnknown(value, vars)) continue;
    const text = renderNunjucks(value, vars);
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
export function renderedValue(value: JsonValue, vars: JsonObject): { readonly value: JsonValue } | { readonly problem: string } {
  if (typeof value === 'string') {
    const text = renderNunjucks(value, vars);
    return 'problem' in text ? text : { value: text.text };
  }
  if (!Array.isArray(value)) return { value };
  const items: JsonValue[] = [];
  for (const item of value) {
    const text = typeof item === 'string' && !item.startsWith('file://') ? renderNunjucks(item, vars) : { text: item };
    if ('problem' in text) return text;
    items.push(text.text);
  }
  return { value: items };
}
