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
const encoding = getEncoding('o200k_base');
const counts = tokenTexts().map((text) => encoding.encode(text, [], []).length);
mkdirSync('test/unit/fixtures', { recursive: true });
writeFileSync('test/unit/fixtures/token-counts.json', `${JSON.stringify({ encoding: 'o200k_base', by: 'tiktoken 1.0.22', counts })}\n`);
console.log(`${counts.length} texts, ${counts.reduce((a, b) => a + b, 0)} tokens`);
