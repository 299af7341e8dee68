/** A desk that sorts tickets, with what production says of it: ten answers that people did not like. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { PromptLoader } from '../../src/adapters/workspace/prompt-files.ts';
import { openWorkspace } from '../../src/adapters/workspace/root.ts';
import type { FollowUp, Interaction, Signal } from '../../src/core/feedback/interactions/interaction.ts';
import { storedLineText, readInteraction } from '../../src/core/feedback/interactions/stored-line.ts';
import type { GoldenCase } from '../../src/core/golden/case.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { Theme } from './themes.ts';
import { Workbench } from './workbench-page.ts';

export const RULE = 'A ticket with a deadline is urgent.';
export const PROMPT = `---
model: scripted:./desk.scripted.yaml
config: { maxOutputTokens: 60 }
---
{{role "system"}}
You sort support tickets of a shop. Reply with JSON: label and priority.
{{role "user"}}
{{ticket}}
`;
/** A model that sees a deadline only when the prompt tells it to look. */
export const SCRIPT = `price: { input: 0.25, cacheRead: 0.025, output: 2.00 }
speed: { ttftMs: 20, tokensPerSecond: 900 }
rules:
${['refund', 'bug', 'parcel', 'invoice', 'password']
  .flatMap((label) => [
    `  - { when: { system: "(?i)deadline is urgent", user: "(?i)(?=.*${label}).*(today|tonight|noon|an hour|Friday)" }, json: { label: ${label}, priority: urgent } }`,
    `  - { when: { user: "(?i)${label}" }, json: { label: ${label}, priority: normal } }`,
  ])
  .join('\n')}
default: { json: { label: question, priority: low } }
`;
export const TICKETS = [
  ['refund', 'I need the refund today, my rent is due.'],
  ['bug', 'The export has a bug and the audit begins in an hour.'],
  ['parcel', 'The parcel must be here by noon, it is for a wedding.'],
  ['invoice', 'Send the invoice before Friday or we cannot pay it.'],
  ['password', 'The password does not work and my talk is tonight.'],
  ['refund', 'Without the refund by Friday the bank closes the account.'],
  ['bug', 'This bug stops our sale that starts in an hour.'],
  ['parcel', 'Is the parcel coming today? I fly tomorrow.'],
  ['invoice', 'The tax office wants the invoice by noon.'],
  ['password', 'I must reset the password today, payroll closes.'],
] as const;
export const rightFor = (label: string): string => `{"label":"${label}","priority":"urgent"}`;
/** Corrected by people in the application already. */
export const STORED = 7;

export const signal = (name: string, value: Signal['value'], change: Partial<Signal> = {}): Signal => ({
  kind: 'explicit',
  name,
  value,
  annotator: 'human',
  by: 'shop desk',
  time: '2026-11-24T12:00:00.000Z',
  note: null,
  ...change,
});

export function interaction(id: string, change: Partial<Interaction>): Interaction {
  const read = readInteraction(JSON.stringify({ id, time: '2026-11-24T10:00:00Z' }));
  assert.ok('interaction' in read);
  return { ...read.interaction, ...change };
}

/** Of the prompt as it is committed. */
async function promptVersion(): Promise<string> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'goldset-version-'));
  try {
    const file = path.join(folder, 'desk.prompt');
    writeFileSync(file, PROMPT);
    return (await new PromptLoader(await openWorkspace(folder)).load(file)).target.version;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the library writes them: calls by day, and what became known later. */
export async function recorded(): Promise<Record<string, string>> {
  const contentHash = await promptVersion();
  const calls = TICKETS.map(([label, ticket], i) =>
    interaction(`call-${i}`, {
      time: `2026-11-24T10:0${i}:00.000Z`,
      action: { type: 'ticket', id: `t-${i}` },
      prompt: { name: 'desk/desk', version: '7', contentHash },
      variables: { ticket },
      model: 'desk.scripted.yaml',
      messages: [
        { role: 'system', content: 'You sort support tickets of a shop. Reply with JSON: label and priority.' },
        { role: 'user', content: ticket },
      ],
      chunks: i === 0 ? [{ id: 'terms', text: 'Refunds are paid within 14 days.', score: 0.82 }] : [],
      output: `{"label":"${label}","priority":"normal"}`,
      finish: 'stop',
      usage: { input: 60, cacheRead: 20, cacheWriteShort: 0, cacheWriteLong: 0, output: 9, reasoning: 0 },
      costUsd: 0.00003,
      ttftMs: 140,
      latencyMs: 310,
      ...(i === 9 ? { attributes: { tenant: 'acme', locale: 'de-CH' } } : {}),
      signals: [signal('thumb', 'down', { note: i === 0 ? 'Nobody saw that it was due today.' : null })],
    }),
  );
  const corrections = TICKETS.slice(0, STORED).map(([label], i): FollowUp => ({
    of: { interaction: `call-${i}`, response: null, trace: null, conversation: null },
    time: '2026-11-25T09:00:00.000Z',
    signals: [signal('correction', rightFor(label), { time: '2026-11-25T09:00:00.000Z' })],
    chunks: [],
    action: null,
    triage: null,
    reason: null,
  }));
  const fine = interaction('fine', {
    prompt: { name: 'desk/desk', version: '7', contentHash },
    output: '{}',
    variables: { ticket: 'Thank you.' },
  });
  const lines = [...calls, fine].map((call) => storedLineText({ interaction: call }));
  return {
    '.goldset/interactions/2026-11-24.jsonl': `${lines.join('\n')}\n`,
    '.goldset/interactions/2026-11-25.jsonl': `${corrections.map((item) => storedLineText({ followUp: item })).join('\n')}\n`,
  };
}

export async function openDesk(theme: Theme, more: Readonly<Record<string, string>> = {}): Promise<Workbench> {
  const workbench = await Workbench.open({
    theme,
    open: 'desk/desk.prompt',
    files: { 'desk/desk.prompt': PROMPT, 'desk/desk.scripted.yaml': SCRIPT, ...more },
  });
  const git = (...args: string[]): Buffer =>
    execFileSync('git', ['-c', 'user.name=Ana Lima', '-c', 'user.email=ana@example.com', ...args], { cwd: workbench.root });
  git('config', 'user.name', 'Ana Lima');
  git('add', '-A', 'desk');
  git('commit', '-qm', 'Add the desk');
  return workbench;
}

export const goldenOf = ({ root }: Workbench): readonly GoldenCase[] => {
  const file = path.join(root, 'desk/desk.golden.yaml');
  return readGoldenSet(file, readFileSync(file, 'utf8')).cases;
};

/** The prompt is there, and so is the extension. */
export const opened = (workbench: Workbench): Promise<void> => workbench.lens(/not run yet/).waitFor();
/** The count may lie over the icon. */
export const showSideBar = ({ page }: Workbench): Promise<void> =>
  page
    .locator('.activitybar .action-item', { has: page.locator('a[aria-label^="Goldset"]') })
    .first()
    .click();
export const row = ({ results }: Workbench, text: string): Locator => results.locator('.inbox-row', { hasText: text });
export const listed = (workbench: Workbench, count: number): Promise<void> =>
  workbench.results.getByText(`${count} found`, { exact: true }).waitFor();
