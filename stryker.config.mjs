/**
 * Mutation tests of one folder of src/core, that of GOLDSET_MUTATE: `npm run test:mutations -- FOLDER` starts Stryker with these.
 * Changed are operators, conditions, blocks, calls, literals and patterns; not the wording of messages (scripts/mutations/messages.mjs).
 * Not run are tests of 0.25 s and more, and random inputs to other parts (scripts/mutations/folders.mjs). Code that runs while a module
 * is loaded is changed too: its bundles are then loaded again. Version 9 of Stryker is the last for Node 20.
 */
import { folderNamed, patternsOf } from './scripts/mutations/folders.mjs';

const name = process.env.GOLDSET_MUTATE ?? 'statistics';
const ranges = process.env.GOLDSET_MUTATE_RANGES?.split(',');

export default {
  mutate: ranges ?? patternsOf(folderNamed(name)),
  testRunner: 'bundled-mocha',
  plugins: ['./scripts/mutations/runner.mjs', './scripts/mutations/messages.mjs'],
  ignorers: ['messages'],
  buildCommand: `node scripts/mutations/bundle.mjs ${name}`,
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.GOLDSET_MUTATE_AT_ONCE ?? 2),
  ignorePatterns: ['/.workbench', '/out', '/dist', '/media', '/docs', '/bench', '/test/system', '/test/workbench', '/src/webview'],
  tempDirName: 'out/mutations/sandbox',
  disableTypeChecks: false,
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `out/mutations/${name}.json` },
  timeoutMS: 20_000,
  timeoutFactor: 3,
};
