/** All filters by name, and why some of Jinja2's are not there. */
import type { JinjaDialect } from '../dialect.ts';
import type { Filter, FilterTable } from './filter.ts';
import { LIST_FILTERS } from './list-filters.ts';
import { NUMBER_FILTERS } from './number-filters.ts';
import { SCRIPT_FILTERS } from './script-filters.ts';
import { SCRIPT_TEXT_FILTERS, TEXT_FILTERS } from './text-filters.ts';

const JINJA_FILTERS: FilterTable = { ...TEXT_FILTERS, ...NUMBER_FILTERS, ...LIST_FILTERS };
const NUNJUCKS_FILTERS: FilterTable = { ...JINJA_FILTERS, ...SCRIPT_TEXT_FILTERS, ...SCRIPT_FILTERS };

/** Filters that the language has and Goldset does not run. */
export const REFUSED_FILTERS: ReadonlyMap<string, string> = new Map([
  ['random', 'Its result is a different one each time, so no version of the prompt would stand for one text.'],
  ['urlize', 'It writes HTML links, which a prompt does not need.'],
]);

/** The filter of this name; null: no filter has it. */
export function filterNamed(name: string, dialect: JinjaDialect): Filter | null {
  const table = dialect === 'jinja' ? JINJA_FILTERS : NUNJUCKS_FILTERS;
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}

export const filterNames = (dialect: JinjaDialect): string[] => Object.keys(dialect === 'jinja' ? JINJA_FILTERS : NUNJUCKS_FILTERS);
