/** Collects scopes, declarations and calls while a reader walks over the syntax tree of a file. */
import type { TextRange } from '../../text/text.ts';
import type { CallSite, Declaration, ExportTarget, ImportedModule, ImportedName, ListSite, CodeScope } from './source-file.ts';
import type { CodeExpression } from './expression.ts';

interface Open {
  readonly scope: CodeScope;
  /** The name that it adds to the path of what stands in it. */
  readonly name: string | null;
}

export class ScopeBuilder {
  readonly root: CodeScope;
  readonly declarations: Declaration[] = [];
  readonly calls: CallSite[] = [];
  readonly lists: ListSite[] = [];
  readonly comments: TextRange[] = [];
  readonly imports: ImportedModule[] = [];
  readonly exports = new Map<string, ExportTarget>();
  readonly reExports: string[] = [];
  private readonly open: Open[] = [];
  private readonly changes: { name: string; scope: CodeScope }[] = [];

  constructor(length: number) {
    this.root = newScope({ start: 0, end: length + 1 }, null, 'file');
    this.open.push({ scope: this.root, name: null });
  }

  get scope(): CodeScope {
    return this.open.at(-1)?.scope ?? this.root;
  }

  /** Names of the functions and classes that are open. */
  within(): string[] {
    return this.open.flatMap(({ name }) => name ?? []);
  }

  enter(range: TextRange, kind: CodeScope['kind'], name: string | null = null): void {
    const scope = newScope(range, this.scope, kind);
    this.scope.children.push(scope);
    this.open.push({ scope, name });
  }

  leave(): void {
    if (this.open.length > 1) this.open.pop();
  }

  declare(
    name: string,
    range: TextRange,
    given: { statement?: TextRange; value?: (() => CodeExpression) | null; imported?: ImportedName; scope?: CodeScope } = {},
  ): void {
    const scope = given.scope ?? this.scope;
    const declaration: Declaration = {
      name,
      range,
      statement: given.statement ?? range,
      scope,
      within: this.within(),
      value: given.value ?? null,
      imported: given.imported ?? null,
    };
    const known = scope.bindings.get(name);
    if (known) known.push(declaration);
    else scope.bindings.set(name, [declaration]);
    this.declarations.push(declaration);
  }

  /** The name is assigned again, in this scope or further out. */
  change(name: string): void {
    this.changes.push({ name, scope: this.scope });
  }

  /** The name of an outer scope is assigned in this one (`global`, `nonlocal`). */
  changeOuter(name: string): void {
    for (let at = this.scope.parent; at !== null; at = at.parent) at.changed.add(name);
  }

  /** Applies the changes: a declaration may stand behind the assignment. */
  finish(): void {
    for (const { name, scope } of this.changes) {
      for (let at: CodeScope | null = scope; at !== null; at = at.parent) {
        if (!at.bindings.has(name)) continue;
        at.changed.add(name);
        break;
      }
    }
  }
}

const newScope = (range: TextRange, parent: CodeScope | null, kind: CodeScope['kind']): CodeScope => ({
  range,
  parent,
  kind,
  children: [],
  bindings: new Map(),
  changed: new Set(),
});
