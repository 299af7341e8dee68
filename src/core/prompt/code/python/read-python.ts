/** Python: one walk over the tree finds what a file declares, imports and calls. */
import { parser } from '@lezer/python';
import { isCalledByPrompts } from '../call-names.ts';
import type { SourceFile } from '../source-file.ts';
import type { CodeExpression } from '../expression.ts';
import { callAround } from '../call-around.ts';
import { literalAt } from '../literal-at.ts';
import { mayBeMessages } from '../message-lists.ts';
import { nextAfter } from '../next-after.ts';
import { ScopeBuilder } from '../scope-builder.ts';
import { childOf, childNodes, rangeOf, type SyntaxNode } from '../syntax-node.ts';
import { pythonExpression } from './expressions.ts';

const SCOPES = new Map([
  ['FunctionDefinition', 'function'],
  ['LambdaExpression', 'function'],
  ['ClassDefinition', 'class'],
] as const);

export function readPython(path: string, text: string): SourceFile {
  const tree = parser.parse(text);
  const walk = new PythonWalk(text);
  tree.iterate({
    enter: ({ node }) => walk.enter(node),
    leave: ({ name }) => {
      if (SCOPES.has(name as 'ClassDefinition')) walk.builder.leave();
    },
  });
  const { builder } = walk;
  builder.finish();
  return {
    path,
    text,
    language: 'python',
    root: builder.root,
    declarations: builder.declarations,
    calls: builder.calls,
    lists: builder.lists,
    comments: builder.comments,
    imports: builder.imports,
    exports: builder.exports,
    reExports: builder.reExports,
    canAwait: () => false,
    literalAt: (range) => literalAt(tree.topNode, text, range, 'python'),
    callAround: (offset) => callAround(tree.topNode, offset, (node) => pythonExpression(node, text)),
    nextAfter: (offset) => nextAfter(tree.topNode, offset, new Set(['String']), (node) => pythonExpression(node, text)),
  };
}

class PythonWalk {
  readonly builder: ScopeBuilder;

  constructor(private readonly text: string) {
    this.builder = new ScopeBuilder(text.length);
  }

  enter(node: SyntaxNode): void {
    const { builder } = this;
    switch (node.name) {
      case 'Comment':
        builder.comments.push(rangeOf(node));
        return;
      case 'FunctionDefinition':
      case 'ClassDefinition': {
        const name = childOf(node, 'VariableName');
        if (name) builder.declare(this.slice(name), rangeOf(name), { statement: rangeOf(node), value: this.lazy(node) });
        builder.enter(rangeOf(node), node.name === 'ClassDefinition' ? 'class' : 'function', name ? this.slice(name) : null);
        return;
      }
      case 'LambdaExpression':
        builder.enter(rangeOf(node), 'function');
        return;
      case 'ParamList':
        this.parameters(node);
        return;
      case 'AssignStatement':
        this.assign(node);
        return;
      case 'NamedExpression':
        this.bindNames(node.firstChild);
        return;
      case 'UpdateStatement':
      case 'DeleteStatement':
        this.change(node.name === 'DeleteStatement' ? childOf(node, 'VariableName') : node.firstChild);
        return;
      case 'ScopeStatement':
        for (const child of childNodes(node)) if (child.name === 'VariableName') builder.changeOuter(this.slice(child));
        return;
      case 'ForStatement':
      case 'ComprehensionExpression':
      case 'ArrayComprehensionExpression':
      case 'SetComprehensionExpression':
      case 'DictionaryComprehensionExpression':
        this.loop(node);
        return;
      case 'WithStatement':
      case 'TryStatement':
        for (const child of childNodes(node)) if (child.prevSibling?.name === 'as') this.bindNames(child);
        return;
      case 'CapturePattern':
        this.bindNames(node.firstChild);
        return;
      case 'ImportStatement':
        this.import(node);
        return;
      case 'ArrayExpression':
        if (mayBeMessages(this.text, node.from))
          builder.lists.push({ range: rangeOf(node), within: builder.within(), list: this.lazy(node) });
        return;
      case 'CallExpression':
        this.call(node);
    }
  }

  private slice(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  private readonly lazy = (node: SyntaxNode): (() => CodeExpression) => {
    let known: CodeExpression | null = null;
    return () => (known ??= pythonExpression(node, this.text));
  };

  private bindNames(node: SyntaxNode | null): void {
    if (node === null) return;
    if (node.name === 'VariableName') this.builder.declare(this.slice(node), rangeOf(node));
    else if (/^(?:Tuple|Array|Parenthesized)Expression$/.test(node.name)) for (const child of childNodes(node)) this.bindNames(child);
  }

  private change(node: SyntaxNode | null): void {
    const base = node ? /^[\p{L}_][\p{L}\p{N}_]*/u.exec(this.slice(node))?.[0] : undefined;
    if (base !== undefined && base !== 'self' && base !== 'cls') this.builder.change(base);
  }

  private parameters(node: SyntaxNode): void {
    for (const child of childNodes(node)) {
      if (child.name !== 'VariableName') continue;
      if (!child.prevSibling || ['(', ',', '*', '**'].includes(child.prevSibling.name))
        this.builder.declare(this.slice(child), rangeOf(child));
    }
  }

  /** `a = b = value`, `a: str = value`, `a, b = values`, `a.b = value`. */
  private assign(node: SyntaxNode): void {
    const groups: SyntaxNode[][] = [[]];
    for (const child of childNodes(node)) {
      if (child.name === 'AssignOp') groups.push([]);
      else if (child.name !== 'TypeDef') groups.at(-1)?.push(child);
    }
    const value = groups.length > 1 ? groups.pop() : undefined;
    const only = value?.length === 1 ? value[0] : undefined;
    for (const target of groups) {
      const [name] = target;
      if (!name) continue;
      if (target.length === 1 && name.name === 'VariableName') {
        if (value === undefined) continue;
        this.builder.declare(this.slice(name), rangeOf(name), { statement: rangeOf(node), value: only ? this.lazy(only) : null });
      } else if (target.length === 1 && name.name === 'MemberExpression') this.change(name);
      else for (const child of target) this.bindNames(child);
    }
  }

  /** The names between `for` and `in`. */
  private loop(node: SyntaxNode): void {
    let isTarget = false;
    for (const child of childNodes(node)) {
      if (child.name === 'for') isTarget = true;
      else if (child.name === 'in') isTarget = false;
      else if (isTarget) this.bindNames(child);
    }
  }

  /** `import a.b as c, d`, `from ..a import b as c, d`, `from a import *`. */
  private import(node: SyntaxNode): void {
    const children = childNodes(node).filter((child) => child.name !== '(' && child.name !== ')');
    const at = children.findIndex((child) => child.name === 'import');
    const before = children.slice(1, at).map((child) => this.slice(child));
    const isFrom = children[0]?.name === 'from';
    const items: SyntaxNode[][] = [[]];
    for (const child of children.slice(at + 1)) {
      if (child.name === ',') items.push([]);
      else items.at(-1)?.push(child);
    }
    const names: string[] = [];
    for (const item of items) {
      const alias = item.findIndex((child) => child.name === 'as');
      const path = item.slice(0, alias === -1 ? undefined : alias);
      const written = path.map((child) => this.slice(child)).join('');
      const local = (alias === -1 ? path[0] : item[alias + 1]) ?? null;
      if (local === null) continue;
      const statement = rangeOf(node);
      if (!isFrom) {
        const specifier = alias === -1 ? this.slice(local) : written;
        this.builder.imports.push({ specifier: written, names: [] });
        this.builder.declare(this.slice(local), rangeOf(local), { statement, imported: { specifier, name: '*' } });
      } else if (written === '*') this.builder.reExports.push(before.join(''));
      else {
        names.push(written);
        this.builder.declare(this.slice(local), rangeOf(local), { statement, imported: { specifier: before.join(''), name: written } });
      }
    }
    if (isFrom) this.builder.imports.push({ specifier: before.join(''), names });
  }

  private call(node: SyntaxNode): void {
    const callee = node.firstChild;
    if (!callee) return;
    const names =
      /(?:[\p{L}_][\p{L}\p{N}_]*\s*\.\s*)*[\p{L}_][\p{L}\p{N}_]*$/u
        .exec(
          this.slice(callee)
            .slice(-200)
            .replace(/\[[^[\]]*\]$/, ''),
        )?.[0]
        .split(/\s*\.\s*/) ?? [];
    if (!isCalledByPrompts(names)) return;
    const value = this.lazy(node);
    this.builder.calls.push({
      callee: names,
      range: rangeOf(node),
      within: this.builder.within(),
      call: () => {
        const expression = value();
        return expression.kind === 'call' ? expression : null;
      },
      list: node.parent?.name === 'ArrayExpression' ? this.lazy(node.parent) : null,
    });
  }
}
