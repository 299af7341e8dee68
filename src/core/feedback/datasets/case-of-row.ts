/** Rows of a dataset to golden cases, one after the other, so that no two of them are the same. */
import type { NewCase } from '../../golden/edit/new-case.ts';
import type { GoldenCase } from '../../golden/case.ts';
import { deriveCaseId } from '../../golden/case-id.ts';
import type { JsonObject, JsonValue } from '../../json/json.ts';
import { excerpt } from '../../text/text.ts';
import { variablesKey } from '../../prompt/built/built-answer.ts';
import { valueAt } from '../logs/rows/mapping.ts';
import type { CaseMapping } from './case-mapping.ts';
import { expectedIn, type DatasetRow } from './dataset-row.ts';

/** Characters of an id that a person can still read. */
const MAX_ID = 120;
const MAX_DESCRIPTION = 200;

export type RowOutcome = { readonly added: NewCase } | { readonly problem: string } | { readonly like: string };

export interface CaseMakerOptions {
  /** Cases that the set has. */
  readonly known: readonly Pick<GoldenCase, 'id' | 'vars'>[];
  /** Cases with the same variables are made too. */
  readonly withDuplicates: boolean;
  /** Variables that the prompt sends as media, of those that are given. */
  readonly mediaVariables: (names: readonly string[]) => readonly string[];
}

export class CaseMaker {
  private readonly ids: Set<string>;
  /** The case of each set of variables. */
  private readonly byVariables = new Map<string, string>();

  constructor(
    private readonly mapping: CaseMapping,
    private readonly options: CaseMakerOptions,
  ) {
    this.ids = new Set(options.known.map(({ id }) => id));
    for (const { id, vars } of options.known) this.byVariables.set(variablesKey(vars), id);
  }

  /** The case of a row; `like`: the case that is there already; `problem`: why no case can be made. */
  take({ fields, earlierTurns }: DatasetRow): RowOutcome {
    const vars: JsonObject = {};
    for (const [name, field] of Object.entries(this.mapping.vars)) {
      const value = inputIn(valueAt(fields, field));
      if (value !== undefined) vars[name] = value;
    }
    if (Object.keys(vars).length === 0) return { problem: `It has no value for ${Object.values(this.mapping.vars).join(', ')}.` };
    if (earlierTurns > 0 && !this.readsHistory())
      return {
        problem: `It has ${earlierTurns} earlier ${earlierTurns === 1 ? 'turn' : 'turns'} that no variable receives (--map VARIABLE=history, or VARIABLE=messages).`,
      };
    const id = this.textAt(fields, this.mapping.id, MAX_ID);
    if (id !== null && this.ids.has(id)) return { like: id };
    const key = variablesKey(vars);
    const like = this.byVariables.get(key);
    if (like !== undefined && !this.options.withDuplicates) return { like };
    const expected = this.mapping.expected === null ? undefined : expectedIn(valueAt(fields, this.mapping.expected));
    const description = this.descriptionOf(fields);
    const group = this.textAt(fields, this.mapping.group, MAX_ID);
    if (group === null && this.hasGroup(fields)) return { problem: `Its ${this.mapping.group ?? 'group'} is not one short line of text.` };
    const own = id ?? deriveCaseId({ vars, expected: expected ?? null, description }, this.ids);
    this.ids.add(own);
    this.byVariables.set(key, own);
    const media = this.options.mediaVariables(Object.keys(vars));
    return {
      added: {
        id: own,
        description,
        vars,
        expected: expected ?? null,
        metadata: {},
        ...(group === null ? {} : { group }),
        // Nothing says what is right: it is run and reported, and gates nothing.
        ...(expected === undefined ? { status: 'unverified' as const } : {}),
        ...(Object.values(vars).some((value) => Array.isArray(value)) ? { expandLists: false as const } : {}),
        ...(media.length === 0 ? {} : { mediaVariables: media }),
      },
    };
  }

  private readsHistory(): boolean {
    return Object.values(this.mapping.vars).some((field) => /^(?:history|messages|input|inputs)(?:\.|$)/.test(field));
  }

  private hasGroup(fields: JsonObject): boolean {
    const value = this.mapping.group === null ? null : (valueAt(fields, this.mapping.group) ?? null);
    return value !== null && value !== '';
  }

  private descriptionOf(fields: JsonObject): string | null {
    const value = this.mapping.description === null ? undefined : valueAt(fields, this.mapping.description);
    return typeof value === 'string' && value.trim() !== '' ? excerpt(value.trim(), MAX_DESCRIPTION) : null;
  }

  /** One line of text, or null. */
  private textAt(fields: JsonObject, field: string | null, most: number): string | null {
    const value = field === null ? undefined : valueAt(fields, field);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
    const text = String(value).trim();
    return text === '' || text.length > most || /[\r\n]/.test(text) ? null : text;
  }
}

/** Nothing is no value. */
const inputIn = (value: JsonValue | undefined): JsonValue | undefined => (value === null || value === '' ? undefined : value);
