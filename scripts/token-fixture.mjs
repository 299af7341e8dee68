/**
 * Makes test/unit/fixtures/token-counts.json: what tiktoken (OpenAI's own tokenizer) counts for the texts of
 * test/unit/token-texts.ts. Run once, and again when those texts change:
 *
 *   npm install --no-save tiktoken@1.0.22 && node scripts/token-fixture.mjs
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import esbuild from 'esbuild';

const { get_encoding: getEncoding } = await import(process.argv[2] ?? 'tiktoken');
await esbuild.build({ entryPoints: ['test/unit/token-texts.ts'], outfile: 'out/token-texts.mjs', format: 'esm', logLevel: 'warning' });
/** @type {typeof import('../test/unit/token-texts.ts')} */
const { tokenTexts } = await import(new URL('../out/token-texts.mjs', import.meta.url).href);
const texts = tokenTexts();
/** @param {string} name */
const countsOf = (name) => {
  const encoding = getEncoding(name);
  return texts.map((text) => encoding.encode(text, [], []).length);
};
const counts = { o200k_base: countsOf('o200k_base'), cl100k_base: countsOf('cl100k_base') };
mkdirSync('test/unit/fixtures', { recursive: true });
writeFileSync('test/unit/fixtures/token-counts.json', `${JSON.stringify({ by: 'tiktoken 1.0.22', counts })}\n`);
console.log(`${texts.length} texts, ${counts.o200k_base.reduce((a, b) => a + b, 0)} tokens of o200k_base`);
