/** What a prompt uses and only the code of its application defines. Goldset goes on without it and says so once per file. */
import type { Diagnostics } from '../problems/diagnostics.ts';
import type { JsonValue } from '../json/json.ts';
import type { TextRange } from '../text/text.ts';
import type { ToolDefinition } from '../tool.ts';

export type ExternalKind = 'schema' | 'format' | 'tool' | 'helper' | 'partial';

export interface ExternalUse {
  readonly kind: ExternalKind;
  readonly name: string;
  readonly range: TextRange;
  /** `stubs:` names it, so that nothing is said; what it adds to the request is still unknown. */
  readonly isDeclared: boolean;
  /** What exists and may have been meant; absent or null: nothing. */
  readonly near?: string | null;
}

/** `stubs:` of goldset.yaml: what the application registers in its code. */
export interface Stubs {
  /** Picoschema or JSON Schema as written, by name. */
  readonly schemas: ReadonlyMap<string, JsonValue>;
  readonly tools: readonly ToolDefinition[];
  readonly helpers: readonly string[];
  readonly partials: readonly string[];
}

export const NO_STUBS: Stubs = { schemas: new Map(), tools: [], helpers: [], partials: [] };

const KINDS: readonly { readonly kind: ExternalKind; readonly one: string; readonly many: string }[] = [
  { kind: 'schema', one: 'the schema', many: 'the schemas' },
  { kind: 'format', one: 'the output format', many: 'the output formats' },
  { kind: 'tool', one: 'the tool', many: 'the tools' },
  { kind: 'helper', one: 'the helper', many: 'the helpers' },
  { kind: 'partial', one: 'the partial', many: 'the partials' },
];

/** Names of each kind that are written out; the rest is a number. */
const SHOWN = 4;

/** `the tools a, b and the helper c`, with names in backquotes; empty for no uses. */
export function externalText(uses: readonly Pick<ExternalUse, 'kind' | 'name'>[]): string {
  const parts = KINDS.flatMap(({ kind, one, many }) => {
    const names = [...new Set(uses.filter((use) => use.kind === kind).map(({ name }) => name))];
    if (names.length === 0) return [];
    const shown = names.slice(0, SHOWN).map((name) => `\`${name}\``);
    return [`${names.length === 1 ? one : many} ${listed(names.length > SHOWN ? [...shown, `${names.length - SHOWN} more`] : shown)}`];
  });
  return listed(parts);
}

const listed = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;

/** One warning for a file, at the first use that `stubs:` does not declare. */
export function warnOfExternal(uses: readonly ExternalUse[], diagnostics: Diagnostics): void {
  const unknown = uses.filter(({ isDeclared }) => !isDeclared);
  const [first] = [...unknown].sort((a, b) => a.range.start - b.range.start);
  if (first === undefined) return;
  const effects = EFFECTS.flatMap(({ kind, text }) => (unknown.some((use) => use.kind === kind) ? [text] : []));
  const hint = stubHint(unknown);
  const meant = unknown.flatMap(({ near, range }) => (near == null ? [] : [{ near, range }]));
  diagnostics.list.push({
    code: 'prompt/defined-in-code',
    severity: 'warning',
    message: `Only the application’s code defines ${externalText(unknown)}. ${effects.join(' ')}`,
    path: diagnostics.path,
    range: first.range,
    ...(hint === undefined ? {} : { hint }),
    ...(meant.length === 0
      ? {}
      : { fixes: meant.map(({ near, range }) => ({ title: `Change to \`${near}\``, edits: [{ range, text: near }] })) }),
  });
}

const EFFECTS: readonly { readonly kind: ExternalKind; readonly text: string }[] = [
  { kind: 'schema', text: 'A schema that is not known is neither sent nor checked.' },
  { kind: 'format', text: 'What the format adds to the request is not sent.' },
  { kind: 'tool', text: 'Tools without a definition are not sent.' },
  { kind: 'helper', text: 'In place of a helper that is not known, its first argument is sent.' },
  { kind: 'partial', text: 'A partial that is not known is sent empty.' },
];

function stubHint(uses: readonly ExternalUse[]): string | undefined {
  const name = (kind: ExternalKind): string | undefined => uses.find((use) => use.kind === kind)?.name;
  const [schema, tool, helper, partial] = [name('schema'), name('tool'), name('helper'), name('partial')];
  const stubs = [
    ...(schema === undefined ? [] : [`schemas: { ${schema}: { name: string } }`]),
    ...(tool === undefined ? [] : [`tools: { ${tool}: { description: …, inputSchema: {} } }`]),
    ...(helper === undefined ? [] : [`helpers: [${helper}]`]),
    ...(partial === undefined ? [] : [`partials: [${partial}]`]),
  ];
  if (stubs.length === 0) return undefined;
  const near = uses.find((use) => use.near != null)?.near;
  const meant = near == null ? '' : `Did you mean \`${near}\`? `;
  const own = [
    ...(tool === undefined ? [] : ['define the tools under `toolDefs`']),
    ...(partial === undefined ? [] : [`create _${partial}.prompt`]),
  ];
  return `${meant}Declare what the code defines in goldset.yaml: stubs: { ${stubs.join(', ')} }${own.length === 0 ? '' : `; or ${own.join(', or ')}`}.`;
}

/** What a count leaves out, for a report: `not counted: the tools a, b`; null: nothing. */
export const uncountedText = (uses: readonly Pick<ExternalUse, 'kind' | 'name'>[]): string | null =>
  uses.length === 0 ? null : `without ${externalText(uses)}, which only the application’s code defines`;
