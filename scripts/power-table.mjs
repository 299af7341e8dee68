/**
 * Prints the simulated numbers of the documentation. `node scripts/power-table.mjs comparing`: the table of docs/comparing.md, how often the
 * gate fails, passes or cannot tell. `… feedback`: that of docs/feedback.md, how often `insights --check` finds a change. Without a name: both.
 */
import esbuild from 'esbuild';

await esbuild.build({
  stdin: {
    contents: `export { drawSuite } from './test/unit/simulated-suite.ts';
      export { compareSides } from './src/core/compare/compare.ts';
      export { DEFAULT_GATE } from './src/core/config/gate.ts';
      export * from './test/unit/numbers/production-rates.ts';
      export { Random } from './src/core/statistics/random.ts';`,
    resolveDir: '.',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: 'out/power.mjs',
  logLevel: 'warning',
});
const { drawSuite, compareSides, DEFAULT_GATE, Random, foundRates, quietRate, QUIET_MONTHS, RISES, WORSE_SIGNALS } = await import(
  new URL('../out/power.mjs', import.meta.url).href
);
const SUITES = 2000;
/** @param {number} count */
const percent = (count) => `${Math.round((100 * count) / SUITES)} %`;
const wanted = process.argv.slice(2);
if (wanted.length === 0 || wanted.includes('comparing')) printComparing();
if (wanted.length === 0 || wanted.includes('feedback')) printFeedback();

function printFeedback() {
  const months = 200;
  console.log(`| month | of ${months} months | ratio inside its interval |`);
  console.log('|---|---|---|');
  for (const [i, month] of QUIET_MONTHS.entries())
    console.log(`| quiet: ${month.name} | ${quietRate(new Random(200 + i), month, months)} with an alarm | |`);
  for (const [i, change] of [...RISES, ...WORSE_SIGNALS].entries()) {
    const { found, covered } = foundRates(new Random(300 + i), change, months);
    console.log(`| ${change.name} | ${found} found within ten days | ${covered === null ? '' : `${covered} of ${found}`} |`);
  }
}

function printComparing() {
  console.log('| cases | samples each | true drop | fails | passes | cannot tell | "any pass → fail" |');
  console.log('|---|---|---|---|---|---|---|');
  for (const repeats of [1, 3]) {
    for (const cases of [50, 100, 200]) {
      for (const drop of [0, 0.05, 0.08, 0.1]) {
        const random = new Random(cases * 100 + repeats);
        /** @type {Record<string, number>} */
        const counts = {};
        let naive = 0;
        for (let i = 0; i < SUITES; i++) {
          const { a, b } = drawSuite(random, { cases, repeats, flaky: 0.1, groupSize: 1, errors: 0.01, drop });
          const { verdict, regressed } = compareSides(a, b, { gate: DEFAULT_GATE, sequential: null });
          counts[verdict] = (counts[verdict] ?? 0) + 1;
          if (regressed.length > 0) naive++;
        }
        const points = drop === 0 ? 'none' : `${drop * 100} points`;
        console.log(
          `| ${cases} | ${repeats} | ${points} | ${percent(counts.fail ?? 0)} | ${percent(counts.pass ?? 0)} | ${percent(counts.inconclusive ?? 0)} | ${percent(naive)} |`,
        );
      }
    }
  }
}
