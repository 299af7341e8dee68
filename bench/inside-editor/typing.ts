/** What typing costs the extension host: its event loop's busy time per keystroke, how soon lens and findings are fresh, blocks on a huge prompt. */
import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import type { PromptAnalyses } from '../../src/extension/economics/prompt-analyses.ts';
import { median, p95 } from '../measures/numbers.ts';
import { longestBlocks, mainThreadCpuMs, microseconds, profiled, type Span } from './blocks.ts';

export interface TypingMeasure {
  /** ms from asking for the prompt to its first count. */
  readonly firstCountMs: number;
  /** ms from asking for a file that is no prompt until it is shown. */
  readonly plainShownMs: number;
  /** ms of CPU of the host's main thread that our code took per keystroke, 95th percentile. */
  readonly ownP95Ms: number;
  /** ms that the host's event loop was busy per keystroke in a file that is no prompt, 95th percentile. */
  readonly plainBusyP95Ms: number;
  /** ms from the last keystroke to a fresh analysis, median. */
  readonly freshMs: number;
  /** ms of an edit in a file that is no prompt, median. */
  readonly plainEditMs: number;
  /** As `ownP95Ms`, in a source file of 5,000 lines with a prompt that shows. */
  readonly sourceP95Ms: number;
  /** As `ownP95Ms`, in the golden set of a prompt of that source file. */
  readonly goldenP95Ms: number;
  /** ms of the longest block of ours while typing in a prompt of 1 MB. */
  readonly hugeBlockMs: number;
}

const KEYS = 60;
/** ms between two keystrokes of a quick typist. */
const PACE = 90;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function measureTyping(insights: PromptAnalyses, own: string): Promise<TypingMeasure> {
  const file = await find('typing.prompt');
  const started = performance.now();
  const prompt = await vscode.window.showTextDocument(file);
  await fresh(insights, prompt.document);
  const firstCountMs = performance.now() - started;
  const { result: keys, ownTime } = await profiled(() => type(prompt, KEYS), own);
  const delays: number[] = [];
  for (let i = 0; i < 7; i++) {
    const last = (await type(prompt, 3)).at(-1);
    await fresh(insights, prompt.document);
    delays.push((microseconds() - (last?.start ?? 0)) / 1000);
  }
  const asked = performance.now();
  const plain = await show('plain.txt');
  const plainShownMs = performance.now() - asked;
  const floor = await type(plain, KEYS);
  const source = await show('long.ts');
  await fresh(insights, source.document);
  const inSource = await profiled(() => type(source, KEYS), own);
  const golden = await show('long.STEP_0_PROMPT.golden.yaml');
  const inGolden = await profiled(() => type(golden, KEYS), own);
  const huge = await show('huge.prompt');
  await fresh(insights, huge.document);
  const blocks = await longestBlocks(async () => {
    await type(huge, 8);
    await fresh(insights, huge.document);
  }, own);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  return {
    firstCountMs,
    plainShownMs,
    ownP95Ms: ownP95({ result: keys, ownTime }),
    plainBusyP95Ms: p95(floor.map(({ busyMs }) => busyMs)),
    freshMs: median(delays),
    plainEditMs: median(floor.map(({ editMs }) => editMs)),
    sourceP95Ms: ownP95(inSource),
    goldenP95Ms: ownP95(inGolden),
    hugeBlockMs: blocks.longestOwnMs,
  };
}

/** ms of ours per keystroke, and never more than the thread had of a processor: samples also last while others have it. */
const ownP95 = ({ result, ownTime }: { readonly result: readonly Keystroke[]; readonly ownTime: (span: Span) => number }): number =>
  p95(result.map((stroke) => Math.min(ownTime(stroke) / 1000, stroke.cpuMs ?? Infinity)));

async function find(name: string): Promise<vscode.Uri> {
  const [uri] = await vscode.workspace.findFiles(name);
  if (!uri) throw new Error(`There is no ${name}.`);
  return uri;
}

const show = async (name: string): Promise<vscode.TextEditor> => vscode.window.showTextDocument(await find(name));

interface Keystroke extends Span {
  readonly editMs: number;
  /** ms that the event loop was busy until the next one. */
  readonly busyMs: number;
  /** ms of a processor that the main thread had until the next one; null: the system does not say. */
  readonly cpuMs: number | null;
}

async function type(editor: vscode.TextEditor, keys: number): Promise<Keystroke[]> {
  const strokes: Keystroke[] = [];
  for (let i = 0; i < keys; i++) {
    const before = performance.eventLoopUtilization();
    const cpu = mainThreadCpuMs();
    const start = microseconds();
    const line = editor.document.lineAt(editor.document.lineCount - 1);
    const text = i % 6 === 5 ? ' ' : 'abcdefgh'.charAt(i % 8);
    await editor.edit((edit) => edit.insert(line.range.end, text), { undoStopBefore: false, undoStopAfter: false });
    const editMs = (microseconds() - start) / 1000;
    await wait(PACE);
    const now = mainThreadCpuMs();
    const cpuMs = cpu === null || now === null ? null : now - cpu;
    strokes.push({ start, end: microseconds(), editMs, busyMs: performance.eventLoopUtilization(before).active, cpuMs });
  }
  return strokes;
}

/** Resolves when what is known is of the document's present version. */
function fresh(insights: PromptAnalyses, document: vscode.TextDocument): Promise<void> {
  if (insights.of(document)?.version === document.version) return Promise.resolve();
  return new Promise((resolve) => {
    const listener = insights.onDidChange(() => {
      if (insights.of(document)?.version !== document.version) return;
      listener.dispose();
      resolve();
    });
  });
}
