/** Texts that a user reads contain no retired word. docs/words.md lists the words and their replacements. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const GLOSSARY = 'docs/words.md';
const HEADING = '## Retired words';

/** A text with its place, such as `src/cli/main.ts:12`. */
interface PlacedText {
  readonly place: string;
  readonly text: string;
}

describe('retired words', () => {
  const words = retiredWords(fs.readFileSync(GLOSSARY, 'utf8'));

  it('the table in docs/words.md lists each word with its replacement', () => {
    assert.ok(words.length > 30, `${words.length} words`);
    for (const word of ['dearer', 'nobody', 'so much', 'is none', 'takes in']) assert.ok(words.includes(word), word);
  });

  it('a table without the two columns is refused', () => {
    assert.throws(() => retiredWords('# Words\n'), /no "## Retired words"/);
    assert.throws(() => retiredWords(`${HEADING}\n\n| word | use instead |\n|---|---|\n| dear | expensive |\n`), /retired \| use instead/);
    assert.throws(() => retiredWords(`${HEADING}\n\n| retired | use instead |\n|---|---|\n| dear |  |\n`), /dear/);
  });

  it('the scan finds a word in strings, templates, JSX text and attributes', () => {
    const source = [
      "const a = 'It became dearer.';",
      'const b = `Costs ${dearer} more. Nobody knows ${`what, so much is sure`}.`;',
      "const c = <p title='Spend at most so much'>Nobody said <b>it is none</b>.</p>;",
      "const d = 'Nobody';",
    ].join('\n');
    assert.deepEqual(found(textsOf('a.tsx', source), words), [
      'a.tsx:1: "dearer" in "It became dearer."',
      'a.tsx:2: "nobody" in "more. Nobody knows"',
      'a.tsx:2: "so much" in "what, so much is sure"',
      'a.tsx:3: "so much" in "Spend at most so much"',
      'a.tsx:3: "nobody" in "Nobody said"',
      'a.tsx:3: "is none" in "it is none"',
      'a.tsx:4: "nobody" in "Nobody"',
    ]);
  });

  it('the scan ignores identifiers, codes, modules and longer words', () => {
    const source =
      "import { dear } from './nobody so much.ts';\nconst dearest = { dearest: dear };\nconst code = 'spend/cap';\nsay('An endearing capital.');";
    assert.deepEqual(found(textsOf('a.ts', source), words), []);
  });

  it('no string in src contains a retired word', () => {
    const files = fs.readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
    const texts = files.flatMap((name) => textsOf(path.posix.join('src', name.replaceAll(path.sep, '/'))));
    assert.ok(texts.length > 2000, `${texts.length} texts`);
    assert.deepEqual(found(texts, words), []);
  });

  it('no text in package.json contains a retired word', () => {
    const { description, contributes } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as Record<string, unknown>;
    const texts = valuesOf({ description, contributes }, /^(description|title|name|displayName|contents|contextualTitle)$/, 'package.json');
    assert.ok(texts.length > 60, `${texts.length} texts`);
    assert.deepEqual(found(texts, words), []);
  });

  it('no description in schemas contains a retired word', () => {
    const texts = fs
      .readdirSync('schemas')
      .flatMap((name) => valuesOf(JSON.parse(fs.readFileSync(`schemas/${name}`, 'utf8')), /^(description|title)$/, `schemas/${name}`));
    assert.ok(texts.length > 100, `${texts.length} texts`);
    assert.deepEqual(found(texts, words), []);
  });
});

/** The first column of the table, one entry per word, in lower case. @throws when the table is missing or a row has no replacement. */
function retiredWords(markdown: string): string[] {
  const section = markdown.split(`${HEADING}\n`)[1]?.split(/^## /m)[0];
  assert.ok(section !== undefined, `${GLOSSARY} has no "${HEADING}"`);
  const [head, , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1));
  assert.equal(head?.map((cell) => cell.trim()).join(' | '), 'retired | use instead');
  return rows.flatMap(([retired = '', instead = '']) => {
    assert.ok(instead.trim() !== '', `"${retired.trim()}" has no replacement`);
    return retired.split(',').map((word) => word.trim().toLowerCase());
  });
}

/** Strings, template parts and JSX text of a source file. Literals of one lower-case word are names and codes, not texts. */
function textsOf(file: string, source = fs.readFileSync(file, 'utf8')): PlacedText[] {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, kind);
  const texts: PlacedText[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isLiteralTypeNode(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node) || ts.isJsxText(node)) {
      const text = node.text.replace(/\s+/g, ' ').trim();
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      if (/\s|^[A-Z]/.test(text) || ts.isJsxText(node)) texts.push({ place: `${file}:${line + 1}`, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return texts;
}

/** The texts under keys that `isShown` matches, at any depth. */
function valuesOf(value: unknown, isShown: RegExp, place: string): PlacedText[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    typeof item === 'string' ? (isShown.test(key) ? [{ place, text: item }] : []) : valuesOf(item, isShown, place),
  );
}

function found(texts: readonly PlacedText[], words: readonly string[]): string[] {
  const patterns = words.map((word) => ({ word, pattern: new RegExp(`(?<![\\w-])${word}(?![\\w-])`, 'i') }));
  return texts.flatMap(({ place, text }) =>
    patterns.filter(({ pattern }) => pattern.test(text)).map(({ word }) => `${place}: "${word}" in ${JSON.stringify(text)}`),
  );
}
