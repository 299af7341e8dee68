/** What the command line writes to a terminal: nothing from outside controls it, whatever writes it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import ts from 'typescript';
import { joinedText, TerminalOutput, paint, styled, type Text } from '../../src/cli/output.ts';
import { terminalReport } from '../../src/cli/reporters/terminal.ts';
import { goldenOf, modelOf, planOf, World } from './run-world.ts';

/** Clears the screen, sets the title, moves up, hides text, turns text around, and is a C1 control. */
const HOSTILE = '\u001b[2J\u001b]0;title\u0007\u001b[1A\u001b[8m\u202e\u009bmy text\r';
/** The same as it is shown. */
const SHOWN = '⟨001B⟩[2J⟨001B⟩]0;title⟨0007⟩⟨001B⟩[1A⟨001B⟩[8m⟨202E⟩⟨009B⟩my text⟨000D⟩';

/** What an output writes to a terminal of 40 characters. */
async function written(write: (output: TerminalOutput) => void | Promise<void>): Promise<string> {
  let text = '';
  const stream = new Writable({
    highWaterMark: 8,
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      setImmediate(done);
    },
  });
  await write(new TerminalOutput(Object.assign(stream, { isTTY: true, columns: 40 }) as unknown as NodeJS.WriteStream));
  await new Promise<void>((resolve) => stream.end(resolve));
  return text;
}

/** Of a source file of the command line: what reaches a terminal past `Output`. */
function bypasses(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const code = node.getText(source);
    const isStream =
      (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) && /^process\W.*\bstd(out|err)\b/.test(code);
    const isTaken =
      ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name) && node.initializer?.getText(source) === 'process';
    const isConsole = ts.isIdentifier(node) && node.text === 'console';
    const isImport = ts.isStringLiteral(node) && /^(node:)?(process|console|tty)$|^(node:)?readline|visible-controls\.ts$/.test(node.text);
    const isControl = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) ? node.text.includes('\u001b') : false;
    if (isStream || isTaken || isConsole || isImport || isControl) found.push(`${file}: ${code}`);
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The writer itself, questions (their reader shows a fixed prompt, all other text goes through the writer), and what is written for GitHub. */
const EXCEPTIONS = ['output.ts', 'questions.ts', 'review/keyboard.ts', 'github/summary.ts', 'github/annotations.ts'];

describe('the output of the command line', () => {
  it('shows the control characters of every text', async () => {
    assert.equal(await written((output) => output.write(`a ${HOSTILE} b\n\tb\n`)), `a ${SHOWN} b\n\tb\n`);
  });

  it('keeps the styling of our own and shows the control characters of the texts that are styled', async () => {
    const line: Text = styled`${paint(31, HOSTILE)} ${HOSTILE} ${7}`;
    assert.equal(await written((output) => output.write(line)), `\u001b[31m${SHOWN}\u001b[0m ${SHOWN} 7`);
    const lines = joinedText([line, HOSTILE], '\n');
    assert.equal(await written((output) => output.write(lines)), `\u001b[31m${SHOWN}\u001b[0m ${SHOWN} 7\n${SHOWN}`);
  });

  it('shows every line after one that holds a sequence without an end', async () => {
    assert.equal(await written((output) => output.write('a \u001b]0;no end\nb\n')), 'a ⟨001B⟩]0;no end\nb\n');
  });

  it('writes JSON that is harmless on a terminal and has the same values', async () => {
    const value = { text: HOSTILE, '\u009b': [1] };
    const text = await written((output) => output.json(value));
    assert.deepEqual(JSON.parse(text), value);
    assert.doesNotMatch(text, /[^\n\x20-\x7e]/);
    assert.equal(await written((output) => output.json({ a: 1 }, 0)), '{"a":1}\n');
    assert.deepEqual(JSON.parse(await written((output) => output.jsonPieces(['["a\u202e', 'b\u009bc', '"]']))), ['a\u202eb\u009bc']);
  });

  it('draws a live line over the last one, cut to the width of the terminal', async () => {
    assert.equal(await written((output) => output.redraw('x'.repeat(50))), `\r\u001b[K${'x'.repeat(39)}`);
    assert.equal(await written((output) => output.redraw(HOSTILE)), `\r\u001b[K${SHOWN.slice(0, 39)}`);
  });

  it('reports a run with hostile outputs in colour, and only the colours are control sequences', async () => {
    const plan = planOf(goldenOf(2, HOSTILE), [modelOf(() => Promise.resolve({ output: `no ${HOSTILE}` }))]);
    const report = await new World().run(plan);
    const options = { journal: 'j', written: [], width: 80 };
    const colourful = await written((output) => output.write(terminalReport(report, { ...options, colour: true })));
    const plain = await written((output) => output.write(terminalReport(report, { ...options, colour: false })));
    assert.ok(colourful.includes('\u001b[31m✘\u001b[0m c0'));
    assert.ok(plain.includes(`✘ c0\n      expected  ${SHOWN.slice(0, 20)}`), plain);
    assert.ok(plain.includes(`got       no ${SHOWN.slice(0, 20)}`), plain);
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    assert.equal(colourful.replace(/\u001b\[(0|1|2|3[123])m/g, ''), plain);
    // eslint-disable-next-line no-control-regex -- the same
    assert.doesNotMatch(plain, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('is the only way to a terminal', () => {
    const files = fs
      .readdirSync('src/cli', { recursive: true })
      .map((file) => String(file).split(path.sep).join('/'))
      .filter((file) => file.endsWith('.ts') && !EXCEPTIONS.includes(file));
    assert.ok(files.length > 40, `${files.length}`);
    assert.deepEqual(
      files.flatMap((file) => bypasses(file, fs.readFileSync(path.join('src/cli', file), 'utf8'))),
      [],
    );
  });

  it('has no way past it that the search for one would miss', () => {
    const ways = [
      "process.stdout.write('x');",
      "process['stderr'].write('x');",
      'const { stdout } = process;',
      "console.log('x');",
      "import { stderr } from 'node:process';",
      "import { createInterface } from 'node:readline/promises';",
      "import { visibleControls } from '../../core/visible-controls.ts';",
      'const red = `\\u001b[31m${text}`;',
    ];
    for (const way of ways) assert.equal(bypasses('x.ts', way).length, 1, way);
    assert.deepEqual(bypasses('x.ts', "process.exitCode = 1; stdout.write('process.stdout');"), []);
  });
});
