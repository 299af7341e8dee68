/** Variables that cases lack or give in vain. The same fault in many cases is one mistake, and is reported once. */
import type { Diagnostic } from '../problems/diagnostics.ts';
import type { GoldenCase } from '../golden/case.ts';
import { continuesPrompt } from '../golden/case-messages.ts';
import type { SyntaxName, Template } from './document.ts';
import { keysOfFormat } from './format-keys.ts';
import type { PromptReading } from './read-prompt.ts';
import { printedWithoutValue, unreadVariables } from './variables-of-case.ts';

/** Cases that are named one by one. More are reported together, at the first of them. */
const MOST_NAMED = 3;

export function variableProblems(reading: PromptReading, cases: readonly GoldenCase[]): Diagnostic[] {
  const { document, analysis } = reading;
  const optional = optionalVariables(document.input.schema);
  // What is sent in the prompt's place reads no variable; of retrieval only the pipeline gets them.
  const rendered = cases.filter(({ kind, messages }) => kind !== 'retrieval' && (messages === undefined || continuesPrompt(messages)));
  const missing = byVariable(rendered, ({ vars }) => printedWithoutValue(reading, vars).filter((name) => !optional.has(name)));
  const mayReadAny = document.template.kind === 'built' || analysis.partials.length > 0 || document.format === 'prompt-yml';
  const unused = mayReadAny ? new Map<string, GoldenCase[]>() : byVariable(rendered, (item) => unreadVariables(reading, item));
  return [
    ...[...missing].flatMap(([name, group]) => withoutValue(reading, name, group)),
    ...[...unused].flatMap(([name, group]) => withoutUse(reading, name, group)),
  ];
}

/** A variable → the cases that have the fault with it. */
function byVariable(cases: readonly GoldenCase[], faulty: (item: GoldenCase) => readonly string[]): Map<string, GoldenCase[]> {
  const found = new Map<string, GoldenCase[]>();
  for (const item of cases) {
    for (const name of faulty(item)) {
      const group = found.get(name);
      if (group === undefined) found.set(name, [item]);
      else group.push(item);
    }
  }
  return found;
}

function withoutValue({ document }: PromptReading, name: string, group: readonly GoldenCase[]): Diagnostic[] {
  const { defaults } = keysOfFormat(document.format);
  const effect = document.format === 'prompt-yml' ? `\`{{${name}}}\` is sent as it stands` : 'it renders empty';
  return reported(
    group,
    {
      code: 'golden/missing-variable',
      severity: 'warning',
      hint: defaults === null ? 'Add it to the case.' : `Add it to \`vars\`, or to \`${defaults}\` of ${document.path}.`,
    },
    (id) => `The case \`${id}\` has no value for \`${name}\`, so ${effect}.`,
    (n, first) => `${n} cases have no value for \`${name}\`, so ${effect}. The first is \`${first}\`.`,
  );
}

function withoutUse({ document }: PromptReading, name: string, group: readonly GoldenCase[]): Diagnostic[] {
  const { path } = document;
  const isMiswritten = isInSingleBraces(document.template, name);
  const why = isMiswritten ? `: \`{${name}}\` in its text is sent as it stands` : '';
  return reported(
    group,
    {
      code: 'golden/unused-variable',
      // The prompt was meant to have the value, and is sent without it.
      severity: isMiswritten ? 'warning' : 'info',
      ...(isMiswritten ? { hint: `Write \`{{${name}}}\` in the text of ${path}.` } : {}),
    },
    (id) => `${path} does not use the variable \`${name}\` of the case \`${id}\`${why}.`,
    (n, first) => `${path} does not use the variable \`${name}\`, which ${n} cases have${why}. The first is \`${first}\`.`,
  );
}

function reported(
  group: readonly GoldenCase[],
  common: Pick<Diagnostic, 'code' | 'severity' | 'hint'>,
  one: (id: string) => string,
  many: (n: number, first: string) => string,
): Diagnostic[] {
  const at = ({ source }: GoldenCase): Pick<Diagnostic, 'path' | 'range'> => ({ path: source.path, range: source.anchor });
  const [first] = group;
  return first !== undefined && group.length > MOST_NAMED
    ? [{ ...at(first), ...common, message: many(group.length, first.id) }]
    : group.map((item) => ({ ...at(item), ...common, message: one(item.id) }));
}

/** Languages that write a variable in two braces. */
const DOUBLE_BRACES: readonly SyntaxName[] = ['mustache', 'jinja', 'nunjucks', 'handlebars'];

/** Whether the template has `{name}` where its language writes `{{name}}`: a slip of those who know Python's format strings. */
function isInSingleBraces(template: Template, name: string): boolean {
  return sourcesInDoubleBraces(template).some((source) => {
    for (let at = source.indexOf(`{${name}}`); at >= 0; at = source.indexOf(`{${name}}`, at + 1))
      if (!'{$'.includes(source[at - 1] ?? ' ') && source[at + name.length + 2] !== '}') return true;
    return false;
  });
}

function sourcesInDoubleBraces(template: Template): readonly string[] {
  if (template.kind === 'handlebars') return [template.source];
  if (template.kind !== 'text') return [];
  return template.messages.filter(({ syntax }) => DOUBLE_BRACES.includes(syntax ?? template.syntax)).map(({ source }) => source);
}

function optionalVariables(schema: PromptReading['document']['input']['schema']): Set<string> {
  const properties = schema?.['properties'];
  const required = schema?.['required'];
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return new Set();
  return new Set(Object.keys(properties).filter((name) => !Array.isArray(required) || !required.includes(name)));
}
