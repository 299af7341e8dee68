/** One exported name has one meaning: a reader who searches for it finds one definition. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Names that two files may define, each with the reason. */
const OTLP = 'goldset/runtime/otlp is the same library for runtimes without Node';
const EXCEPTIONS: Readonly<Record<string, string>> = { action: OTLP, flush: OTLP, interactionOf: OTLP, signal: OTLP, withCapture: OTLP };

const sources = (): string[] =>
  fs
    .readdirSync('src', { recursive: true })
    .map((file) => path.join('src', String(file)))
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);

/** Names that a file defines and exports; a re-export (`export { x } from`) defines nothing. */
function exportedNames(file: string, text: string): string[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const names = new Set<string>();
  const defined = new Set<string>();
  const add = (name: ts.BindingName, into: Set<string>): void => {
    if (ts.isIdentifier(name)) into.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name, into);
  };
  for (const statement of tree.statements) {
    const into = isExported(statement) ? names : defined;
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name, into);
    else if (
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement)
    ) {
      if (statement.name) into.add(statement.name.text);
    }
  }
  // `export { local }` and `export { local as name }`.
  for (const statement of tree.statements) {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier || !statement.exportClause) continue;
    if (!ts.isNamedExports(statement.exportClause)) continue;
    for (const { name, propertyName } of statement.exportClause.elements)
      if (defined.has((propertyName ?? name).text)) names.add(name.text);
  }
  return [...names];
}

/** Names that more than one file defines, with the files. */
function sharedNames(files: ReadonlyMap<string, string>): Map<string, string[]> {
  const definitions = new Map<string, string[]>();
  for (const [file, text] of files) {
    for (const name of exportedNames(file, text)) definitions.set(name, [...(definitions.get(name) ?? []), file]);
  }
  return new Map([...definitions].filter(([, places]) => places.length > 1));
}

describe('the exported names of src', () => {
  it('each name is defined in one file', () => {
    const shared = sharedNames(new Map(sources().map((file) => [file, fs.readFileSync(file, 'utf8')])));
    const unlisted = [...shared].filter(([name]) => !(name in EXCEPTIONS)).map(([name, files]) => `${name}: ${files.sort().join(', ')}`);
    assert.deepEqual(unlisted.sort(), []);
    // An exception that is no longer needed goes.
    for (const name of Object.keys(EXCEPTIONS)) assert.ok(shared.has(name), `${name} is defined once`);
  });

  it('the check sees every form of definition and ignores re-exports', () => {
    const shared = sharedNames(
      new Map([
        [
          'a.ts',
          'export const a = 1; export function b() {} export interface C {} export type D = 1; export class E {} const f = 1; export { f };',
        ],
        [
          'b.ts',
          'export const { a, x: [b] } = y; export type C = 1; export interface D {} const z = 1; export { z as f, E } from "./a.ts";',
        ],
        [
          'c.ts',
          'const z = 1; export { z as f }; const E = 2; function a() {} export { b } from "./a.ts"; import { C } from "./a.ts"; export { C };',
        ],
      ]),
    );
    assert.deepEqual(
      [...shared],
      [
        ['a', ['a.ts', 'b.ts']],
        ['b', ['a.ts', 'b.ts']],
        ['C', ['a.ts', 'b.ts']],
        ['D', ['a.ts', 'b.ts']],
        ['f', ['a.ts', 'c.ts']],
      ],
    );
  });
});
