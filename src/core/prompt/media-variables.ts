/** Which variables of a prompt are addresses of media, for cases that are made of what an application sent. */
import type { PartialSource } from './document.ts';
import type { PromptReading } from './read-prompt.ts';

const MEDIA = /\{\{\{?[~\s]*media\b([^}]*)\}/g;
/** A variable of the root, as `url=photo` or `url=user.photo`. */
const ROOT_URL = /(?:^|\s)url\s*=\s*(?!this\b)([A-Za-z_][\w-]*)(?:\.[\w.-]+)?(?=[\s~]|$)/;

/** Names that `{{media url=…}}` has, in a template or a partial; inside a block, one may be a field of something else. */
export const namedAsMedia = (text: string): string[] =>
  [...text.matchAll(MEDIA)].flatMap(([, hash = '']) => ROOT_URL.exec(hash)?.[1] ?? []);

/**
 * The variables that `{{media url=…}}` names. Where that is not certain (in a block that changes what names mean, in a partial, or as an
 * expression), any variable may be one, so all names of `variables` are returned.
 */
export function mediaVariables(
  { document: { template } }: Pick<PromptReading, 'document'>,
  partials: readonly PartialSource[],
  variables: readonly string[],
): string[] {
  if (template.kind === 'text') return [...(template.marks?.media ?? [])];
  if (template.kind !== 'handlebars') return [];
  const found = [...template.source.matchAll(MEDIA)].map(([, hash = '']) => ROOT_URL.exec(hash)?.[1] ?? null);
  const isInPartial = partials.some(({ text }) => text.search(MEDIA) !== -1);
  if (found.length === 0 && !isInPartial) return [];
  const changesNames = /\{\{[~\s]*#[~\s]*(?!if\b|unless\b|ifEquals\b|unlessEquals\b)/.test(template.source);
  const isCertain = !isInPartial && !changesNames && found.every((name) => name !== null);
  return isCertain ? [...new Set(found.filter((name) => name !== null))] : [...variables];
}
