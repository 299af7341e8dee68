/** Names and their values: scopes inside one another, and the context of a template. */
import type { PyValue } from '../python/values.ts';
import type { LoadedFile } from './files.ts';
import type { JinjaStatement } from './nodes.ts';

export class Scope {
  private readonly values: Map<string, PyValue>;

  constructor(
    private readonly parent: Scope | null,
    values: Iterable<readonly [string, PyValue]> = [],
  ) {
    this.values = new Map(values);
  }

  get(name: string): PyValue | undefined {
    const own = this.values.get(name);
    return own !== undefined || this.values.has(name) ? own : this.parent?.get(name);
  }

  set(name: string, value: PyValue): void {
    this.values.set(name, value);
  }

  /** Changes the name where it is known, as Nunjucks does; else sets it here. */
  assign(name: string, value: PyValue): void {
    (this.ownerOf(name) ?? this).values.set(name, value);
  }

  private ownerOf(name: string): Scope | null {
    return this.values.has(name) ? this : (this.parent?.ownerOf(name) ?? null);
  }

  own(): ReadonlyMap<string, PyValue> {
    return this.values;
  }
}

export type BlockNode = Extract<JinjaStatement, { type: 'block' }>;

/** One block of one file. */
export interface BlockDefinition {
  readonly file: LoadedFile;
  readonly node: BlockNode;
}

/** What a template and those that it extends share: its top-level names, and its blocks, the most derived first. */
export interface TemplateContext {
  readonly top: Scope;
  readonly blocks: Map<string, BlockDefinition[]>;
}

/** Where a statement is executed. */
export interface Frame {
  readonly file: LoadedFile;
  readonly context: TemplateContext;
  readonly scope: Scope;
  /** The file that this one extends; set while its statements run. Inside blocks and macros it stays null. */
  readonly root: { extends: LoadedFile | null };
  /** Nested calls of macros, blocks and files. */
  readonly depth: number;
}
