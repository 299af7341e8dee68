/** The labelled prompts, and what the product reports for a prompt: its findings, and what it says of variables. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { analysePrompt } from '../../src/core/economics/analyse-prompt.ts';
import { findAll } from '../../src/core/economics/findings/find.ts';
import { publicModelFacts } from '../../src/core/economics/model-facts.ts';
import { genaiPrices } from '../../src/core/economics/prices/genai-prices.ts';
import { PriceBook } from '../../src/core/economics/prices/price-book.ts';
import type { ObservedRun } from '../../src/core/economics/observed.ts';
import { Counters } from '../../src/core/economics/tokens/counters.ts';
import { readGoldenSet } from '../../src/core/golden/read-golden.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { caseProblems } from '../../src/core/prompt/case-problems.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { OBSERVED } from './analyse.ts';

const FOLDER = 'test/unit/labelled';
/** Beside the findings, what is said of variables: the author reads both in one list. */
const OF_VARIABLES = ['template/undeclared-variable', 'golden/missing-variable', 'golden/unused-variable'];

/** What a run of the prompt has shown. */
interface LabelledRun {
  readonly p50: number;
  readonly p95: number;
  /** ms to the first token. */
  readonly ttft?: number;
  readonly calls?: number;
  readonly cut?: number;
  /** One item of the answers, and how often it stands in each; `#` is its number. */
  readonly outputs?: string;
  readonly repeat?: number;
}

export interface LabelledPrompt {
  readonly id: string;
  readonly like: string;
  readonly file?: string;
  readonly prompt: string;
  readonly cases?: readonly { readonly [field: string]: JsonValue }[];
  readonly run?: LabelledRun;
  readonly useful: readonly string[];
}

export interface Reported {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** All labelled prompts, with the long texts in their places. */
export function labelledPrompts(): LabelledPrompt[] {
  const read = (name: string): unknown => parse(readFileSync(path.join(FOLDER, name), 'utf8'));
  const texts = read('texts.yaml') as Record<string, string>;
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && name !== 'texts.yaml');
  return files.flatMap((name) =>
    (read(name) as LabelledPrompt[]).map((entry) => ({
      ...entry,
      prompt: entry.prompt.replace(/^([ ]*)«([a-z-]+)»$/gm, (_, indent: string, text: string) => {
        const found = texts[text];
        if (found === undefined) throw new Error(`${entry.id}: there is no text ${text}`);
        return found.trimEnd().replace(/^(?=.)/gm, indent);
      }),
    })),
  );
}

const counters = new Counters();
await counters.load([]);
const prices = new PriceBook([genaiPrices()]);
const TODAY = '2026-11-29';

/** What is reported for this prompt on the fixed day, each code once. */
export function reportedFor({ id, file, prompt, cases = [], run }: Omit<LabelledPrompt, 'like' | 'useful'>): Reported[] {
  const name = file ?? `${id}.prompt`;
  const reading = readPrompt(name, prompt);
  const own = readGoldenSet(`${id}.golden.json`, JSON.stringify(cases));
  const unread = own.diagnostics.find(({ severity }) => severity === 'error');
  if (unread !== undefined) throw new Error(`${id}: ${unread.message}`);
  const all = [...reading.document.embedded.cases, ...own.cases];
  const model = reading.document.model?.id ?? null;
  const facts =
    model === null ? [] : [publicModelFacts({ id: model, servedBy: null, api: null }, prices, new Map(), new Date(`${TODAY}T12:00:00Z`))];
  const analysis = analysePrompt(
    {
      reading,
      partials: [],
      cases: all,
      models: facts,
      observed: run === undefined || model === null ? [] : [observedRun(model, run)],
      learnt: new Map(),
      traffic: null,
      previous: null,
      version: 'v',
    },
    counters,
  );
  const evidence = {
    reading,
    text: prompt,
    partials: [],
    cases: all,
    analysis,
    model: analysis.models[0] ?? null,
    counter: analysis.counter,
    today: TODAY,
  };
  const said = [...reading.diagnostics, ...caseProblems(reading, all)].filter(({ code }) => OF_VARIABLES.includes(code));
  const reported = [...findAll(evidence, []), ...said].map(({ code, message, hint }) => ({ code, message, hint: hint ?? '' }));
  return reported.filter(({ code }, i) => reported.findIndex((item) => item.code === code) === i);
}

function observedRun(model: string, { p50, p95, ttft = 400, calls = 10, cut = 0, outputs, repeat = 1 }: LabelledRun): ObservedRun {
  const spread = { p50, p95, mean: (p50 + p95) / 2 };
  const items = Array.from({ length: repeat }, (_, i) => (outputs ?? '').replace('#', String(i)));
  return {
    ...OBSERVED,
    model,
    calls,
    cut,
    output: spread,
    answer: spread,
    ttftMs: { p50: ttft, p95: ttft },
    latencyMs: { p50: ttft * 2, p95: ttft * 2 },
    outputs: outputs === undefined ? [] : [`{"items":[${items.join(',')}]}`],
  };
}
