/** What is mutated, by name: the folders of src/core whose faults a user would not see, but trust. */

/** @typedef {{ path: string, without: readonly string[] }} Folder */

/** @type {Record<string, Folder>} */
export const FOLDERS = {
  statistics: { path: 'src/core/statistics', without: [] },
  grade: { path: 'src/core/grade', without: [] },
  compare: { path: 'src/core/compare', without: [] },
  economics: { path: 'src/core/economics', without: [] },
  run: { path: 'src/core/run', without: [] },
  judge: { path: 'src/core/judge', without: [] },
};

/** In the sandbox: the sources in each bundle of tests, and the ms that each test took. */
export const BUNDLES = 'out/bundles.json';
export const DURATIONS = 'out/durations.json';

/**
 * Stryker's patterns of a folder's files.
 * @param {Folder} folder
 */
export const patternsOf = ({ path, without }) => [`${path}/**/*.ts`, ...without.map((inner) => `!${inner}/**/*.ts`)];

/**
 * @param {Folder} folder
 * @param {string} file
 */
export const isOf = ({ path, without }, file) => file.startsWith(`${path}/`) && !without.some((inner) => file.startsWith(`${inner}/`));

/**
 * Random inputs to other parts of the core; they reach what is mutated, and look at little of it.
 * @param {string} file
 */
export const isLeftOut = (file) =>
  /\/(hostile|manifest|layers|exported-names|bench-rows|telemetry|telemetry-hostile|redact|golden|golden-edits|import-mapping|interaction-inbox|interaction-page|signal-insight|derived-signals|unit-cost)\.test\.ts$/.test(
    file,
  );

/**
 * Tests by their full name that take 0.25 s and more: simulations and random inputs. They would run for each mutant that they reach, and
 * they say that something is wrong, not what. What only they find counts as not found.
 */
export const LEFT_OUT = [
  /over 2,000 simulated suites/,
  /hidden rate of (200|100|50|25|20|12|5)\/s/,
  /by 500 random runs|without an output limit: one call at a time near the cap/,
  /asks for what is missing, whenever it was cut off/,
  /any prompt and values can be analysed/,
  /1\.05 × the optimum|knows prefixes that only some cases share/,
  /tries to command its judge/,
  /tiktoken for 2,000 texts/,
  /texts that share nothing, however long/,
  /never thrown at, line by line/,
];

/**
 * The folder of this name.
 * @param {string | undefined} name
 */
export function folderNamed(name) {
  const folder = name === undefined ? undefined : FOLDERS[name];
  if (folder === undefined) throw new Error(`No such folder: ${name}. There are: ${Object.keys(FOLDERS).join(', ')}.`);
  return folder;
}
