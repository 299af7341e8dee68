/** A dotprompt whose text is in another language, recognised by its content: it is named, and nothing is promised about it. */
import type { Diagnostics } from '../problems/diagnostics.ts';
import { excerpt, type TextRange } from '../text/text.ts';
import type { PromptDocument, Unread } from './document.ts';
import { guessSyntax, type GuessedSyntax } from './formats/guess-syntax.ts';
import type { TemplateAnalysis } from './template/analyse.ts';

interface Language {
  readonly name: string;
  /** It has statements, so that its text as it stands is no message. */
  readonly isProgram: boolean;
  readonly hint: string;
}

const LANGUAGES: Readonly<Partial<Record<GuessedSyntax, Language>>> = {
  go: {
    name: 'a Go template',
    isProgram: true,
    hint: 'Goldset does not read Go templates. Write {{name}} and {{#if name}}…{{/if}} for Handlebars.',
  },
  jinja: {
    name: 'a Jinja template',
    isProgram: true,
    hint: 'Write {{name}} and {{#if name}}…{{/if}} for Handlebars, which is the language of .prompt files.',
  },
  erb: {
    name: 'an ERB or EJS template',
    isProgram: true,
    hint: 'Write {{name}} and {{#if name}}…{{/if}} for Handlebars, which is the language of .prompt files.',
  },
  json: {
    name: 'JSON',
    isProgram: true,
    hint: 'Goldset reads no prompt from JSON. Write the messages as text, with {{role "system"}} and {{role "user"}}.',
  },
  python: { name: 'a placeholder of Python’s format', isProgram: false, hint: 'Write {{name}} for a variable.' },
  dollar: { name: 'a placeholder of shells and JavaScript', isProgram: false, hint: 'Write {{name}} for a variable.' },
  percent: { name: 'a placeholder of Python’s format', isProgram: false, hint: 'Write {{name}} for a variable.' },
};

/** Null: the text is what its reader takes it for. */
export function unreadTemplate(document: PromptDocument, analysis: TemplateAnalysis): Unread | null {
  const { template } = document;
  if (template.kind !== 'handlebars') return null;
  const { syntax, evidence } = guessSyntax(template.source);
  const language = syntax === null ? UNKNOWN : LANGUAGES[syntax];
  if (language === undefined || evidence === null) return null;
  // With front matter of dotprompt its author means dotprompt: only what cannot be read as such, or has no variable of its own, is named.
  const isDotprompt = hasFrontMatter(document);
  const isReadable = analysis.problems.length === 0;
  if (isDotprompt && !mayBeMeant(syntax, analysis, isReadable)) return null;
  const range: TextRange = { start: evidence.start + template.offset, end: evidence.end + template.offset };
  const sign = excerpt(template.source.slice(evidence.start, evidence.end), 40);
  const isUnusable = language.isProgram && !(isDotprompt && isReadable);
  return {
    message: isUnusable
      ? `This prompt is ${language.name}, not dotprompt: \`${sign}\`.`
      : `\`${sign}\` is ${language.isProgram ? `part of ${language.name}` : language.name}, which dotprompt sends as it stands.`,
    hint: language.hint,
    range,
    isUnusable,
    severity: !isUnusable ? 'warning' : isDotprompt ? 'error' : 'info',
  };
}

const hasFrontMatter = ({ metadata: { ext, ...keys }, input, settings }: PromptDocument): boolean =>
  Object.keys(keys).length > 0 ||
  Object.keys(ext ?? {}).length > 0 ||
  input.schema !== null ||
  Object.keys(input.defaults).length > 0 ||
  settings.golden !== null;

const UNKNOWN: Language = { name: 'a placeholder in a syntax that is not known', isProgram: false, hint: 'Write {{name}} for a variable.' };

const mayBeMeant = (syntax: GuessedSyntax | null, analysis: TemplateAnalysis, isReadable: boolean): boolean =>
  syntax === 'go' || syntax === 'jinja' || syntax === 'erb' ? !isReadable : syntax === 'python' && analysis.variables.length === 0;

export const reportUnread = ({ message, hint, range, severity }: Unread, { path, list }: Diagnostics): number =>
  list.push({ code: 'prompt/other-syntax', severity, message, path, range, ...(hint === null ? {} : { hint }) });
