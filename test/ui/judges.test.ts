/** A judged result as a person sees it: who judged, why, by which words, and that nobody has calibrated the judge. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../src/adapters/hash.ts';
import { criterionOf } from '../../src/core/judge/criterion.ts';
import type { JudgeNote } from '../../src/core/grade/assertion.ts';
import { labelRecordLine } from '../../src/core/judge/labels/label-record.ts';
import type { Result } from '../../src/core/results/result.ts';
import { RULE, TONE, TONE_WRITER, toneJudge, toneVerdicts, WEAK } from '../system/tone-judge.ts';
import { chatServers } from './chat-server.ts';
import type { Theme } from './themes.ts';
import { longWalk, Workbench, walk } from './workbench-page.ts';

const JUDGE = `price: { input: 2, output: 8 }
speed: { ttftMs: 0, tokensPerSecond: 10000 }
default:
  json: { reason: "It never says sorry, so an upset customer gets a bare answer.", quotes: ["The label", "sorry for that"], score: 0.2, verdict: fail }
`;
const PROMPT = `---\nmodel: scripted:./greet.scripted.yaml\n---\n{{role "system"}}\nYou answer.\n{{role "user"}}\n{{question}}\n`;
const GOLDEN = `- { id: upset, vars: { question: "Where is my parcel?" }, assert: [{ type: llm-rubric, value: "It says sorry for the delay." }, { type: contains, value: label }] }\n`;

/** What the one judged result of the newest run was judged by. */
function judgedIn(root: string): { judge: JudgeNote } {
  const folder = path.join(root, '.goldset/runs');
  const [newest = ''] = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .reverse();
  const records = readFileSync(path.join(folder, newest), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"kind":"result"'));
  const { result } = JSON.parse(records[0] ?? '') as { result: Result };
  const judge = result.assertions[0]?.judge;
  if (judge === undefined) throw new Error('The run has no judged result.');
  return { judge };
}

const labelLine = (judge: JudgeNote, word: 'pass' | 'fail', i: number): string =>
  labelRecordLine({
    id: `l${i}`,
    target: { interaction: null, run: 'r', case: 'upset', repeat: 0, hash: `h${i}` },
    ...{ item: null, criterion: judge.criterion ?? null, grade: word, cause: null, failureMode: null, critique: null, correction: null },
    judge: { path: judge.prompt, version: judge.version, model: judge.model, verdict: word, score: null },
    ...{ by: 'ana', at: '2026-11-12T09:00:00.000Z', blind: true, draw: null },
  });

const WEATHER = `---\nmodel: box:small\ntools: [{ name: weather, description: The weather, inputSchema: { city: string } }]\n---\n{{question}}\n`;
const RETRIEVER = `process.stdin.on('data', () => undefined).on('end', () => console.log(JSON.stringify({
  output: 'Returns are free for 30 days.',
  context: ['Returns: 30 days, free of charge.', 'Shipping takes two days.'],
  usage: { input: 40, output: 8 },
  costUsd: 0.0002,
})));
`;

const ROUNDS: Readonly<Record<string, string>> = {
  'retrieve.js': RETRIEVER,
  'weather.prompt': WEATHER,
  'weather.golden.yaml': '- { id: rome, vars: { question: "question 7" }, tools: { weather: { sky: blue } }, expected: "answer 7" }\n',
  'returns.prompt': '---\nmodel: shop\n---\n{{question}}\n',
  'returns.golden.yaml': '- { id: returns, vars: { question: "Can I send it back?" }, assert: [{ type: contains, value: "30 days" }] }\n',
};

/** Tools with what they gave, chunks that were retrieved, also by the keyboard. */
async function rounds(workbench: Workbench): Promise<void> {
  const { results, page } = workbench;
  await workbench.openFile('weather.prompt');
  await workbench.lens(/Run 1/).waitFor();
  await workbench.command('Goldset: Run Prompt Under Cursor');
  await results.locator('.figures .score', { hasText: '1 of 1' }).waitFor();
  await workbench.command('Goldset: Focus Results');
  await results.locator('.scroller:focus').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await results.getByText('Tools: 1 call in 1 round').waitFor();
  await results.locator('.rounds code', { hasText: 'weather({"city":"Rome"})' }).waitFor();
  await results.locator('.rounds pre', { hasText: '{"sky":"blue"}' }).waitFor();
  await workbench.look('tools', 'rounds-1-tools');

  await workbench.openFile('returns.prompt');
  await workbench.lens(/Run 1.*shop/).waitFor();
  await workbench.command('Goldset: Run Prompt Under Cursor');
  await results.locator('.row .case .link', { hasText: 'returns' }).click();
  await results.getByText('Retrieved: 2 chunks').waitFor();
  await results.locator('.rounds pre', { hasText: 'Shipping takes two days.' }).waitFor();
  await workbench.look('retrieved chunks', 'rounds-2-retrieved');
}

describe('a judged result', () => {
  const chat = chatServers();

  const toStale = async (workbench: Workbench): Promise<void> => {
    const { root, results } = workbench;
    writeFileSync(
      path.join(root, 'goldset.yaml'),
      `judge: { model: "scripted:./judge.scripted.yaml" }
providers:
  shop: { kind: command, command: [node, retrieve.js] }
  box: { kind: openai-compatible, baseUrl: "${chat.url}/v1", stream: false }
`,
    );
    writeFileSync(path.join(root, 'judge.scripted.yaml'), JUDGE);
    writeFileSync(path.join(root, 'greet.prompt'), PROMPT);
    writeFileSync(path.join(root, 'greet.scripted.yaml'), 'default: { reply: "The label was printed on Monday." }\n');
    writeFileSync(path.join(root, 'greet.golden.yaml'), GOLDEN);
    for (const [name, text] of Object.entries(ROUNDS)) writeFileSync(path.join(root, name), text);
    await workbench.openFile('greet.prompt');
    await workbench.lens(/Run 1.*not run yet/).waitFor();
    await workbench.command('Goldset: Run Prompt Under Cursor');
    await results.locator('.figures .score', { hasText: '0 of 1' }).waitFor();
    await results.getByText('judge not calibrated').waitFor();
    await results.locator('.row .case .link', { hasText: 'upset' }).click();
    await results.locator('.detail .reason', { hasText: 'It never says sorry' }).waitFor();
    await results.locator('.judge blockquote', { hasText: 'The label' }).waitFor();
    await results.locator('.judge blockquote.absent', { hasText: 'not in the output' }).waitFor();
    await results.getByText(/judged by llm-rubric [0-9a-f]{8} with scripted:/).waitFor();
    await workbench.look('a judged result', 'judge');

    // People agree with this judge on 120 outputs of this criterion.
    const { judge } = judgedIn(root);
    const word = (i: number): 'pass' | 'fail' => (i % 2 === 0 ? 'pass' : 'fail');
    const lines = Array.from({ length: 120 }, (_, i) => labelLine(judge, word(i), i));
    mkdirSync(path.join(root, 'labels/greet'), { recursive: true });
    writeFileSync(path.join(root, 'labels/greet/ana.jsonl'), `${lines.join('\n')}\n`);
    await workbench.command('Goldset: Calibrate Judge');
    await workbench.page.locator('.tab', { hasText: 'Preview Calibration of llm-rubric' }).click();
    // One page at a time: the walk finds the results by their frame.
    await workbench.command('View: Close Editor');
    await results.locator('.figures', { hasText: /0 % \(0–\d+\), judge calibrated 12 Nov 2026/ }).waitFor();
    await results.locator('.judge', { hasText: 'judge calibrated 12 Nov 2026' }).waitFor();
    await workbench.look('a calibrated judge', 'judge-calibrated');
    writeFileSync(path.join(root, 'greet.golden.yaml'), GOLDEN.replace('sorry for the delay', 'sorry'));
    await results.locator('.figures', { hasText: 'judge calibration stale: the rubric changed since 12 Nov 2026' }).waitFor();
  };
  // test/unit/tool-loop.test.ts has the rounds of tools, test/system/pipelines.test.ts the chunks.
  walk('shows its judge, the reason, the quotes and what judging cost; what came before an answer', { open: null }, toStale, rounds);
});

const RUBRIC = { type: 'llm-rubric', value: 'The tone fits.' };
const outputOf = (i: number): string => (i % 3 === 0 ? `Go away, customer ${i}.` : `Good day, customer ${i}.`);
const IMPROVED: Readonly<Record<string, string>> = {
  'goldset.yaml': 'judge: { model: "scripted:./writer.scripted.yaml" }\n',
  'writer.scripted.yaml': TONE_WRITER,
  [TONE]: toneJudge(),
  'judges/tone.scripted.yaml': toneVerdicts(),
  'judges/tone.calibration.json': '{}\n',
  'answer.prompt': '---\nmodel: scripted:./answer.scripted.yaml\n---\n{{x}}\n',
  'answer.scripted.yaml': 'default: { reply: Good day. }\n',
  'answer.golden.yaml': Array.from(
    { length: 60 },
    (_, i) => `- { id: c${i}, vars: { x: "Hello ${i}" }, assert: [{ type: llm-rubric, value: "${RUBRIC.value}" }] }\n`,
  ).join(''),
  'labels/answer/ana.jsonl': Array.from({ length: 60 }, (_, i) =>
    labelRecordLine({
      id: `l${i}`,
      target: { interaction: null, run: 'r', case: `c${i}`, repeat: 0, hash: sha256(outputOf(i)) },
      item: { input: `Hello ${i}`, output: outputOf(i), context: null },
      criterion: criterionOf(RUBRIC, sha256),
      judge: { path: 'judges/tone.prompt', version: 'old', model: 'scripted:./tone.scripted.yaml', verdict: 'pass', score: null },
      ...{ grade: i % 3 === 0 ? 'fail' : 'pass', cause: null, failureMode: i % 3 === 0 ? 'wrong tone' : null, critique: null },
      ...{ correction: null, by: 'ana', at: '2026-11-20T10:00:00.000Z', blind: true, draw: null },
    }),
  )
    .join('\n')
    .concat('\n'),
};

// Its steps without a window are tested in test/system/judge-align.test.ts.
describe('improving a rubric', () => {
  const open = (theme: Theme): Promise<Workbench> => Workbench.open({ theme, open: 'judges/tone.prompt', files: IMPROVED });

  longWalk('proposes from the labels, shows what is proved as a difference, and applies it on request', open, async (workbench) => {
    const { page, root } = workbench;
    await page.locator('.codelens-decoration a', { hasText: 'Improve this rubric' }).click();
    await page.locator('.quick-input-widget', { hasText: /budget in USD/ }).waitFor();
    await workbench.shots('improve-1-budget');
    await page.keyboard.press('Enter');
    await page.getByText('The new rubric is proved on the test part of the labels.').first().waitFor();
    await page.locator('.tab', { hasText: 'tone.prompt: now ↔ proposed' }).waitFor();
    await page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    await workbench.shots('improve-2-difference');
    const text = readFileSync(path.join(root, 'judges/tone.prompt'), 'utf8');
    assert.ok(!text.includes(RULE), 'changed before it was asked');
    await page.getByRole('button', { name: 'Apply' }).first().click();
    await page.getByText('Its calibration is of the version before').first().waitFor();
    assert.equal(readFileSync(path.join(root, 'judges/tone.prompt'), 'utf8'), text.replace(WEAK, `${WEAK} ${RULE}`));
    await page.locator('.tab', { hasText: 'Improving' }).click();
    // A page that is shown again is drawn again: without this the picture was taken of nothing.
    await workbench.results.getByText('Proved:').waitFor();
    await workbench.shots('improve-3-page');
  });
});
