/** Prompts in source files: a keystroke in a long file, and the scan of a large repository. Both run in the worker; the figures are CPU. */
import { mayHavePrompts } from '../../src/core/prompt/code/may-have-prompts.ts';
import { readCode } from '../../src/core/prompt/code/read-code.ts';
import { median } from '../measures/numbers.ts';
import type { RecordRow } from '../row.ts';

const LINES = 5000;
const FILES = 5000;
/** One file in this many has a clue of a prompt; in the repositories that were tried it is one in 10 to 30. */
const WITH_PROMPTS = 12;
const KEYSTROKES = 15;

// eslint-disable-next-line @typescript-eslint/require-await -- every part is a promise
export async function measureCodePrompts(row: RecordRow): Promise<void> {
  const long = fileOf(LINES, 100);
  const times = Array.from({ length: KEYSTROKES }, (_, i) => {
    const at = Math.floor((long.length * i) / KEYSTROKES);
    return cpuOf(() => readCode('src/long.ts', `${long.slice(0, at)} ${long.slice(at)}`, () => null));
  });
  row({
    what: `prompts of a TypeScript file of ${String(LINES)} lines after a keystroke, in the worker`,
    value: median(times),
    unit: 'ms',
  });

  const [plain, prompting] = [fileOf(250, 0), fileOf(250, 4)];
  const scan = cpuOf(() => {
    for (let i = 0; i < FILES; i++) {
      const text = `${i % WITH_PROMPTS === 0 ? prompting : plain}// ${String(i)}\n`;
      if (mayHavePrompts(text)) readCode(`src/f${String(i)}.ts`, text, () => null);
    }
  });
  row({ what: `CPU of a scan of ${String(FILES)} source files for prompts`, value: scan, unit: 'ms', limit: { most: 10_000 } });
}

/** A TypeScript file with this many lines and prompts. */
function fileOf(lines: number, prompts: number): string {
  const block = (i: number): string =>
    `export function step${String(i)}(input: Input, options: { limit: number }): Output {\n  const value = input.items.filter((item) => item.size > options.limit);\n  return { value, label: \`step \${input.name}\` };\n}\n\n`;
  const prompt = (i: number): string =>
    `export const STEP_${String(i)}_PROMPT = \`Answer in one sentence.\\nUser: \${user.name}\\nDocuments: \${docs.join('\\n')}\`;\n`;
  const blocks = Array.from({ length: Math.ceil(lines / 5) }, (_, i) => block(i));
  for (let i = 0; i < prompts; i++) blocks.splice(Math.floor((blocks.length * i) / Math.max(prompts, 1)), 0, prompt(i));
  return blocks.join('');
}

function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
