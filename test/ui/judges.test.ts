/** A judged result as a person sees it: who judged, why, by which words, and that nobody has calibrated the judge. */
import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { assertAccessible } from './accessibility.ts';
import { installed } from './installed.ts';
import { Workbench } from './workbench-page.ts';

const JUDGE = `price: { input: 2, output: 8 }
speed: { ttftMs: 0, tokensPerSecond: 10000 }
default:
  json: { reason: "It never says sorry, so an upset customer gets a bare answer.", quotes: ["The label", "sorry for that"], score: 0.2, verdict: fail }
`;
const PROMPT = `---\nmodel: scripted:./greet.scripted.yaml\n---\n{{role "system"}}\nYou answer.\n{{role "user"}}\n{{question}}\n`;
const GOLDEN = `- { id: upset, vars: { question: "Where is my parcel?" }, assert: [{ type: llm-rubric, value: "It says sorry for the delay." }, { type: contains, value: label }] }\n`;

describe('a judged result', () => {
  for (const [theme, name] of [
    ['Default Dark Modern', 'dark'],
    ['Default Light Modern', 'light'],
    ['Default High Contrast', 'high-contrast'],
  ] as const) {
    it(`shows its judge, the reason, the quotes and what judging cost (${name})`, async () => {
      const { extensions } = installed();
      const workbench = await Workbench.open({ theme, extension: null, extensions, open: null, smokeTest: false });
      const { root, results } = workbench;
      try {
        appendFileSync(path.join(root, 'goldset.yaml'), '\njudge: { model: "scripted:./judge.scripted.yaml" }\n');
        writeFileSync(path.join(root, 'judge.scripted.yaml'), JUDGE);
        writeFileSync(path.join(root, 'greet.prompt'), PROMPT);
        writeFileSync(path.join(root, 'greet.scripted.yaml'), 'default: { reply: "The label was printed on Monday." }\n');
        writeFileSync(path.join(root, 'greet.golden.yaml'), GOLDEN);
        await workbench.openFile('greet.prompt');
        await workbench.lens(/Run 1.*not run yet/).waitFor();
        await workbench.command('Goldset: Run Prompt Under Cursor');
        await results.getByText('0/1 passed').waitFor();
        await results.getByText('judge not calibrated').waitFor();
        await results.locator('.row .case .link', { hasText: 'upset' }).click();
        await results.locator('.detail .reason', { hasText: 'It never says sorry' }).waitFor();
        await results.locator('.judge blockquote', { hasText: 'The label' }).waitFor();
        await results.locator('.judge blockquote.absent', { hasText: 'not in the output' }).waitFor();
        await results.getByText(/judged by llm-rubric [0-9a-f]{8} with scripted:/).waitFor();
        await assertAccessible(results, `a judged result, ${name}`);
        await workbench.shot(`judge-${name}`);
      } finally {
        await workbench.dispose();
      }
    });
  }
});
