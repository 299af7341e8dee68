/** One source file as its language's reader sees it: what it declares, imports, exports and calls. Values are read on demand. */
import type { TextRange } from '../../text/text.ts';
import type { CallExpression, CodeExpression } from './expression.ts';

export type SourceLanguage = 'javascript' | 'python';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly language: SourceLanguage;
  readonly root: CodeScope;
  /** In the order of the text. */
  readonly declarations: readonly Declaration[];
  readonly calls: readonly CallSite[];
  /** Lists that may be messages. */
  readonly lists: readonly ListSite[];
  readonly comments: readonly TextRange[];
  readonly imports: readonly ImportedModule[];
  readonly exports: ReadonlyMap<string, ExportTarget>;
  /** `export * from`. */
  readonly reExports: readonly string[];
  /** The first string or call that begins at or after an offset. */
  readonly nextAfter: (offset: number) => CodeExpression | null;
  /** The innermost call around an offset. */
  readonly callAround: (offset: number) => CallExpression | null;
  /** Whether `await` may stand at an offset. */
  readonly canAwait: (offset: number) => boolean;
  /** The string literal that has a range in its text. */
  readonly literalAt: (range: TextRange) => CodeLiteral | null;
}

export interface CodeLiteral {
  /** How text is written: `quoted` on one line with escapes, `template` between backticks, `verbatim` without any escapes. */
  readonly writing: 'quoted' | 'template' | 'triple' | 'verbatim';
  readonly quote: string;
  /** Braces stand for themselves only when they are doubled (f-strings). */
  readonly doublesBraces: boolean;
  /** Between the quotes. */
  readonly content: TextRange;
  /** Places in it that are code. */
  readonly holes: readonly TextRange[];
}

export interface CodeScope {
  readonly range: TextRange;
  readonly parent: CodeScope | null;
  readonly kind: 'file' | 'function' | 'class' | 'block';
  readonly children: CodeScope[];
  readonly bindings: Map<string, Declaration[]>;
  /** Names that are assigned again somewhere. */
  readonly changed: Set<string>;
}

export interface Declaration {
  readonly name: string;
  /** Of the name. */
  readonly range: TextRange;
  /** Of the statement that declares it. */
  readonly statement: TextRange;
  readonly scope: CodeScope;
  /** Names of the functions and classes around it, outermost first. */
  readonly within: readonly string[];
  /** Null: a parameter, a loop variable, a part of a pattern. */
  readonly value: (() => CodeExpression) | null;
  readonly imported: ImportedName | null;
}

export interface ImportedName {
  readonly specifier: string;
  /** `*`: the module itself. */
  readonly name: string;
}

/** A module to load. `names`: what is imported from it, which in Python may be modules of their own. */
export interface ImportedModule {
  readonly specifier: string;
  readonly names: readonly string[];
}

export type ExportTarget = { readonly local: string } | ImportedName;

export interface CallSite {
  /** The names of what is called, as far as it is a path: `client.chat.completions.create`. */
  readonly callee: readonly string[];
  readonly range: TextRange;
  readonly within: readonly string[];
  readonly call: () => CallExpression | null;
  /** The list that it is an item of. */
  readonly list: (() => CodeExpression) | null;
}

export interface ListSite {
  readonly range: TextRange;
  readonly within: readonly string[];
  readonly list: () => CodeExpression;
}

/** The innermost scope at an offset. */
export function scopeAt(root: CodeScope, offset: number): CodeScope {
  let scope = root;
  for (;;) {
    const inner = childAt(scope.children, offset);
    if (inner === null) return scope;
    scope = inner;
  }
}

/** Scopes of one parent are in order and do not overlap. */
function childAt(scopes: readonly CodeScope[], offset: number): CodeScope | null {
  let low = 0;
  let high = scopes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const scope = scopes[middle];
    if (scope === undefined) return null;
    if (offset < scope.range.start) high = middle - 1;
    else if (offset >= scope.range.end) low = middle + 1;
    else return scope;
  }
  return null;
}

export type Lookup = { readonly found: Declaration } | { readonly why: string };

/** What a name means at an offset. A name that is assigned more than once has no one value. */
export function resolveName(file: SourceFile, name: string, offset: number): Lookup {
  const start = scopeAt(file.root, offset);
  for (let scope: CodeScope | null = start; scope !== null; scope = scope.parent) {
    if (scope.kind === 'class' && scope !== start) continue;
    const declarations = scope.bindings.get(name);
    const first = declarations?.[0];
    if (declarations === undefined || first === undefined) continue;
    if (declarations.length > 1 || scope.changed.has(name)) return { why: `${name} is assigned more than once` };
    return { found: first };
  }
  return { why: `${name} is not defined in this file` };
}
