/** A filter of interactions as typed by the user: `open`, `signal=thumbs-down,prompt=triage`, or the id of one. */
import { didYouMean } from '../../problems/did-you-mean.ts';
import { INBOX, type InteractionFilter } from './interaction-filter.ts';
import { TRIAGES } from './interaction.ts';

export interface TypedFilter {
  readonly filter: InteractionFilter;
  /** Of the one that is meant; null: all that the filter lets through. Several ids are in the filter. */
  readonly id: string | null;
}

/** What a person writes before `=`, by what it is in a filter. */
const FIELDS = [
  'signal',
  'prompt',
  'version',
  'model',
  'action',
  'environment',
  'conversation',
  'text',
  'from',
  'to',
  'cost',
  'id',
] as const;
type Field = (typeof FIELDS)[number];

const NAMED = /^([\w.-]+)=(.+)$/s;

export const FILTER_HELP = `${TRIAGES.join(', ')}, all, ${FIELDS.map((name) => `${name}=…`).join(', ')}, or an attribute such as tenant=…; separate several with commas`;

/** Of several texts all must hold, of several ids one. Without a state those that are open are meant; an id means whatever state. `problem`: a sentence. */
export function readFilter(texts: readonly string[]): TypedFilter | { readonly problem: string } {
  let filter: InteractionFilter = INBOX;
  const ids: string[] = [];
  for (const part of texts.flatMap((text) => text.split(',')).map((text) => text.trim())) {
    const state = [...TRIAGES, 'all' as const].find((name) => name === part);
    const [, name, value] = NAMED.exec(part) ?? [];
    const field = FIELDS.find((item) => item === name);
    if (state !== undefined) filter = { ...filter, triage: state };
    else if (name === undefined || value === undefined) return { problem: `"${part.slice(0, 60)}" is not a filter. Use ${FILTER_HELP}.` };
    else if (field === undefined) {
      // An attribute has any name, but one that is nearly a field's is a slip.
      const slip = didYouMean(name, FIELDS);
      if (slip !== '') return { problem: `"${part.slice(0, 60)}" is not a filter. ${slip}Use ${FILTER_HELP}.` };
      filter = { ...filter, attributes: { ...filter.attributes, [name]: value } };
    } else if (field === 'id') {
      ids.push(value);
      filter = { ...filter, triage: 'all' };
    } else {
      const change = changeOf(field, value);
      if (change === null) return { problem: PROBLEMS[field] ?? `"${value.slice(0, 60)}" is not a valid ${field}.` };
      filter = { ...filter, ...change };
    }
  }
  const [id = null, ...more] = ids;
  if (id === null) return { filter, id };
  // One is looked for by its text, which finds it without reading what came before; of several each may be meant.
  return more.length === 0 ? { filter: { ...filter, text: id }, id } : { filter: { ...filter, ids }, id: null };
}

/** Attributes as they are typed: `tenant=acme, locale=de`; a comma without `name=` after it is part of the value. Null: a part is not `name=value`. */
export function typedAttributes(text: string): Readonly<Record<string, string>> | null {
  const parts = text.split(/,(?=\s*[\w.-]+=)/).map((part) => NAMED.exec(part.trim()));
  if (text.trim() === '') return {};
  if (parts.some((part) => part === null)) return null;
  return Object.fromEntries(parts.map((part) => [part?.[1] ?? '', part?.[2]?.trim() ?? '']));
}

export const attributesText = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

const PROBLEMS: Partial<Record<Field, string>> = {
  from: '`from` must be a day such as 2026-11-01.',
  to: '`to` must be a day such as 2026-11-01.',
  cost: '`cost` must be an amount in US dollars above 0, such as cost=0.05.',
};

/** Null: the value is invalid for this field. */
function changeOf(field: Exclude<Field, 'id'>, value: string): Partial<InteractionFilter> | null {
  if (field === 'from' || field === 'to') return /^\d{4}-\d{2}-\d{2}$/.test(value) ? { [field]: value } : null;
  if (field === 'cost') return Number(value) > 0 ? { minUsd: Number(value) } : null;
  return { [field]: value };
}
