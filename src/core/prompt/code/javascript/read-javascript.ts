/** JavaScript and TypeScript, with JSX: one walk over the tree finds what a file declares, imports, exports and calls. */
import { parser } from '@lezer/javascript';
import { isCalledByPrompts } from '../call-names.ts';
import type { SourceFile, ExportTarget } from '../source-file.ts';
import type { CodeExpression } from '../expression.ts';
import { callAround } from '../call-around.ts';
import { literalAt } from '../literal-at.ts';
import { mayBeMessages } from '../message-lists.ts';
import { nextAfter } from '../next-after.ts';
import { ScopeBuilder } from '../scope-builder.ts';
import { childOf, childNodes, separatedNodes, rangeOf, type SyntaxNode } from '../syntax-node.ts';
import { FUNCTION_NODES, javascriptExpression, plainString } from './expressions.ts';

const BLOCKS = new Set(['Block', 'ForStatement', 'CatchClause', 'SwitchBody', 'StaticBlock']);
const CLASSES = new Set(['ClassDeclaration', 'ClassExpression']);
const STRINGS = new Set(['String', 'TemplateString', 'TaggedTemplateExpression', 'JSXAttributeValue', 'JSXElement']);

const dialectOf = (path: string): string => (/\.[cm]?ts$/i.test(path) ? 'ts' : /\.tsx$/i.test(path) ? 'ts jsx' : 'jsx');

export function readJavascript(path: string, text: string): SourceFile {
  const tree = parser.configure({ dialect: dialectOf(path) }).parse(text);
  const reader = new JavascriptWalk(text);
  tree.iterate({ enter: ({ node }) => reader.enter(node), leave: ({ node }) => reader.leave(node) });
  const { builder } = reader;
  builder.finish();
  return {
    path,
    text,
    language: 'javascript',
    root: builder.root,
    declarations: builder.declarations,
    calls: builder.calls,
    lists: builder.lists,
    comments: builder.comments,
    imports: builder.imports,
    exports: builder.exports,
    reExports: builder.reExports,
    canAwait: (offset) => canAwait(tree.topNode, offset, builder.imports.length > 0 || builder.exports.size > 0 || /^export\b/m.test(text)),
    literalAt: (range) => literalAt(tree.topNode, text, range, 'javascript'),
    callAround: (offset) => callAround(tree.topNode, offset, (node) => javascriptExpression(node, text)),
    nextAfter: (offset) => nextAfter(tree.topNode, offset, STRINGS, (node) => javascriptExpression(node, text)),
  };
}

/** In an async function, or outside of any function of a module. */
function canAwait(top: SyntaxNode, offset: number, isModule: boolean): boolean {
  for (let node: SyntaxNode | null = top.resolveInner(offset, 1); node !== null; node = node.parent) {
    if (FUNCTION_NODES.has(node.name)) return childOf(node, 'async') !== null;
    if (node.name === 'ClassBody' || node.name === 'ParamList') return false;
  }
  return isModule;
}

class JavascriptWalk {
  readonly builder: ScopeBuilder;

  constructor(private readonly text: string) {
    this.builder = new ScopeBuilder(text.length);
  }

  /** False: what is inside is not walked. */
  enter(node: SyntaxNode): boolean {
    const { builder } = this;
    const { name } = node.type;
    if (name === 'LineComment' || name === 'BlockComment') builder.comments.push(rangeOf(node));
    else if (name.startsWith('Type') && name !== 'TypeAssertionExpression') return name === 'TypeofExpression';
    else if (FUNCTION_NODES.has(name)) {
      const own = this.functionName(node);
      if (name === 'FunctionDeclaration' && own !== null) this.declareNamed(node, own);
      builder.enter(rangeOf(node), 'function', own);
    } else if (CLASSES.has(name)) {
      const definition = childOf(node, 'VariableDefinition');
      const own = definition ? this.slice(definition) : null;
      if (own !== null && name === 'ClassDeclaration') this.declareNamed(node, own);
      builder.enter(rangeOf(node), 'class', own);
    } else if (BLOCKS.has(name)) builder.enter(rangeOf(node), 'block');
    else if (name === 'EnumDeclaration') {
      const definition = childOf(node, 'TypeDefinition');
      if (definition) this.declareNamed(node, this.slice(definition));
    } else if (name === 'VariableDeclaration') this.variables(node);
    else if (name === 'VariableDefinition') this.opaque(node);
    else if (name === 'PropertyDeclaration') this.field(node);
    else if (name === 'ImportDeclaration') {
      this.import(node);
      return false;
    } else if (name === 'ExportDeclaration') this.export(node);
    else if (name === 'AssignmentExpression' || name === 'PostfixExpression' || name === 'UnaryExpression') this.assignment(node);
    else if (name === 'ArrayExpression') {
      if (mayBeMessages(this.text, node.from))
        builder.lists.push({ range: rangeOf(node), within: builder.within(), list: this.lazy(node) });
    } else if (name === 'CallExpression' || name === 'NewExpression') this.call(node);
    return true;
  }

  leave(node: SyntaxNode): void {
    const { name } = node.type;
    if (FUNCTION_NODES.has(name) || CLASSES.has(name) || BLOCKS.has(name)) this.builder.leave();
  }

  private slice(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  private readonly lazy = (node: SyntaxNode): (() => CodeExpression) => {
    let known: CodeExpression | null = null;
    return () => (known ??= javascriptExpression(node, this.text));
  };

  private functionName(node: SyntaxNode): string | null {
    const own = childOf(node, 'VariableDefinition', 'PropertyDefinition', 'PrivatePropertyDefinition');
    if (own && node.name !== 'ArrowFunction') return this.slice(own);
    const { parent } = node;
    if (parent === null) return null;
    if (parent.name === 'ExportDeclaration') return 'default';
    let before = node.prevSibling;
    while (before && !['VariableDefinition', 'PropertyDefinition', 'VariableName', 'MemberExpression', ';', ','].includes(before.name))
      before = before.prevSibling;
    if (!before || !['VariableDeclaration', 'Property', 'PropertyDeclaration', 'AssignmentExpression'].includes(parent.name)) return null;
    return /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(this.slice(before))?.[0] ?? null;
  }

  private declareNamed(node: SyntaxNode, name: string): void {
    this.builder.declare(name, rangeOf(node), { value: this.lazy(node) });
  }

  private variables(node: SyntaxNode): void {
    let definition: SyntaxNode | null = null;
    for (const child of childNodes(node)) {
      if (child.name === 'VariableDefinition') definition = child;
      else if (child.name === ',') definition = null;
      const equals = child.prevSibling;
      if (definition === null || child.name === 'VariableDefinition') continue;
      if (equals?.name === 'Equals') {
        this.builder.declare(this.slice(definition), rangeOf(definition), { statement: rangeOf(node), value: this.lazy(child) });
        definition = null;
      }
    }
  }

  /** A parameter, a loop variable, a part of a pattern, a variable without a value. */
  private opaque(node: SyntaxNode): void {
    const { parent } = node;
    if (parent === null || FUNCTION_NODES.has(parent.name) || CLASSES.has(parent.name)) return;
    if (parent.name === 'VariableDeclaration') {
      let next = node.nextSibling;
      while (next && next.name !== ',' && next.name !== 'Equals') next = next.nextSibling;
      if (next?.name === 'Equals') return;
    }
    this.builder.declare(this.slice(node), rangeOf(node));
  }

  private field(node: SyntaxNode): void {
    const definition = childOf(node, 'PropertyDefinition');
    const children = childNodes(node);
    const equals = children.findIndex((child) => child.name === 'Equals');
    const value = children[equals + 1];
    if (definition && equals !== -1 && value)
      this.builder.declare(this.slice(definition), rangeOf(definition), { statement: rangeOf(node), value: this.lazy(value) });
  }

  private import(node: SyntaxNode): void {
    const from = childOf(node, 'String');
    if (!from) return;
    const specifier = this.stringText(from);
    const names: string[] = [];
    const declare = (definition: SyntaxNode, name: string): void => {
      names.push(name);
      this.builder.declare(this.slice(definition), rangeOf(definition), { statement: rangeOf(node), imported: { specifier, name } });
    };
    for (const child of childNodes(node)) {
      if (child.name === 'VariableDefinition') declare(child, child.prevSibling?.name === 'as' ? '*' : 'default');
      if (child.name !== 'ImportGroup') continue;
      for (const item of separatedNodes(child, ['{', '}'])) {
        const definition = item.findLast((part) => part.name === 'VariableDefinition');
        const source = item.find((part) => part.name === 'VariableName' || part.name === 'String') ?? definition;
        if (definition && source) declare(definition, this.slice(source));
      }
    }
    this.builder.imports.push({ specifier, names });
  }

  private export(node: SyntaxNode): void {
    const from = childOf(node, 'String');
    const specifier = from && childOf(node, 'from') ? this.stringText(from) : null;
    const group = childOf(node, 'ExportGroup');
    const add = (name: string, local: string): void => {
      const target: ExportTarget = specifier === null ? { local } : { specifier, name: local };
      this.builder.exports.set(name, target);
    };
    if (specifier !== null) this.builder.imports.push({ specifier, names: [] });
    if (group)
      for (const item of separatedNodes(group, ['{', '}'])) {
        const names = item.filter((part) => part.name !== 'as' && part.name !== 'type').map((part) => this.slice(part));
        const [local, exported = local] = names;
        if (local !== undefined && exported !== undefined) add(exported, local);
      }
    else if (specifier !== null && childOf(node, 'Star')) {
      const alias = childOf(node, 'VariableDefinition', 'VariableName');
      if (alias) this.builder.exports.set(this.slice(alias), { specifier, name: '*' });
      else this.builder.reExports.push(specifier);
    } else if (childOf(node, 'default')) {
      const value = childNodes(node).find((child) => !['export', 'default', ';'].includes(child.name));
      if (value) this.defaultExport(value);
    }
  }

  private defaultExport(value: SyntaxNode): void {
    const own = childOf(value, 'VariableDefinition');
    if (value.name === 'VariableName') this.builder.exports.set('default', { local: this.slice(value) });
    else if (own && /Declaration$/.test(value.name)) this.builder.exports.set('default', { local: this.slice(own) });
    else this.builder.declare('default', rangeOf(value), { value: this.lazy(value) });
  }

  private assignment(node: SyntaxNode): void {
    if (node.name === 'UnaryExpression' && !/^(?:\+\+|--)/.test(this.text.slice(node.from, node.from + 2))) return;
    const target = node.name === 'UnaryExpression' ? childNodes(node).at(-1) : node.firstChild;
    if (!target || (node.name === 'PostfixExpression' && this.text[node.to - 1] === '!')) return;
    const base = /^\s*([\p{L}_$][\p{L}\p{N}_$]*)/u.exec(this.slice(target))?.[1];
    if (base !== undefined && base !== 'this' && base !== 'module' && base !== 'exports') this.builder.change(base);
    for (const found of target.name.endsWith('Pattern') ? this.slice(target).matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu) : [])
      this.builder.change(found[0]);
  }

  private call(node: SyntaxNode): void {
    const callee = childNodes(node).find((child) => child.name !== 'new');
    if (!callee) return;
    const source = this.slice(callee.name === 'InstantiationExpression' ? (callee.firstChild ?? callee) : callee);
    const names =
      /(?:[\p{L}_$][\p{L}\p{N}_$]*\s*\??\.\s*)*[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(source.slice(-200))?.[0].split(/\s*\??\.\s*/) ?? [];
    if (!isCalledByPrompts(names)) return;
    const value = this.lazy(node);
    const list = node.parent?.name === 'ArrayExpression' ? this.lazy(node.parent) : null;
    this.builder.calls.push({
      callee: names,
      range: rangeOf(node),
      within: this.builder.within(),
      call: () => {
        const expression = value();
        return expression.kind === 'call' ? expression : null;
      },
      list,
    });
  }

  private stringText(node: SyntaxNode): string {
    return plainString(node, this.text)
      .pieces.map((piece) => ('text' in piece ? piece.text : ''))
      .join('');
  }
}
