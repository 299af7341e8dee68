/**
 * Hints name what to do on the command line. In the editor the same thing has another name: a command, a button, a setting. Errors, findings
 * and reports are made once, for both; what the editor shows goes through `inEditorWords`. A test looks for texts that this table misses.
 */

const WORDS: readonly (readonly [RegExp, string])[] = [
  // Keys and models.
  [
    /Set \S+, pass --env-file, or run without a key: --model scripted:FILE\. In the editor: "[^"]*"\./g,
    'Add the key with "Manage API Keys", or choose another model.',
  ],
  [
    /If you trust this server with this (key|token), allow the pair: --allow-origin \S+/g,
    'Run again, and allow it if you trust this server with this $1.',
  ],
  [/, or choose a model with --model\./g, ', or choose another model.'],
  [/, or choose another model: --model provider:model\./g, ', or choose another model.'],
  [/, or name it on the command line with --model\./g, '.'],
  [/`goldset models ID` shows what a model accepts\./g, '"Run with Model…" lists the models within reach.'],
  [/Set both in the environment, or in a file for --env-file\./g, 'Set both in the environment.'],
  [/, and choose it with --model or as its own provider here\./g, ', and choose it with "Run with Model…" or as its own provider here.'],
  [/: keys and variables come from the environment or from --env-file\./g, ': keys and variables come from the environment.'],
  [/Name another one for a run with --model\./g, 'Choose another one with "Run with Model…".'],
  [/, or name a model with --model\./g, ', or choose a model with "Run with Model…".'],
  [/Try another --model\./g, 'Try another model.'],
  [
    /Set the variable, pass --env-file, or name another judge: (.*?) in goldset\.yaml\. In the editor: "[^"]*"\./g,
    'Add the key with "Manage API Keys", or name another judge: $1 in goldset.yaml.',
  ],
  [
    /which `goldset run`, `goldset compare` and runs in the editor execute, in a trusted folder\./g,
    'which runs execute, in a trusted folder.',
  ],
  // Runs.
  [/ Then resume: goldset run --resume/g, ' Then use "Resume".'],
  [/Resume it: goldset run --resume/g, 'Use "Resume".'],
  [/Resume with a higher limit: goldset run --resume --max-cost USD/g, 'Set a higher `spend.perRun` in goldset.yaml, then use "Resume".'],
  [/(Otherwise resume|then resume): goldset run --resume/g, '$1 the run.'],
  [/start a new run without --resume\./g, 'start a new run.'],
  [/Run without --resume\./g, 'Run the prompt again.'],
  [
    /Run several candidates: --matrix, --model more than once, or --baseline\./g,
    'Run several candidates: "Compare Efforts", or `matrix` in goldset.yaml.',
  ],
  [/Use `--repeat` to measure how much they vary\./g, 'Set `gate.repeats` in goldset.yaml to measure how much they vary.'],
  [/Compare Efforts \(or `goldset run --param [^`]*`\)/g, '"Compare Efforts"'],
  [/Record it on a machine that has the API key: goldset run, then goldset cache export FILE\./g, 'Run the prompt with its model first.'],
  // Models that are replaced.
  [
    /Choose ([^:]+) and compare them: goldset compare model:OLD model:NEW\./g,
    'Choose $1 with "Try Another Model and Switch…", which compares the two.',
  ],
  [
    /Compare it with its successor: goldset compare model:\S+ model:(\S+)\./g,
    'Compare it with its successor $1: "Try Another Model and Switch…".',
  ],
  [/, and compare with the run: goldset compare RUN working\./g, ', and compare the two runs on the results page.'],
  [/, then compare: goldset compare RUN working\./g, ', then compare the two runs on the results page.'],
  // Versions.
  [/, or with: goldset deploy PROMPT NAME REF/g, ', or with "Deploy as…".'],
  [/Write it with: goldset deploy PROMPT NAME REF/g, 'Write it with "Deploy as…".'],
  [/Omit --cases-from\./g, 'Choose a version that has the golden set.'],
  // Batches.
  [/(Continue it|Wait for the batch): goldset batch wait( \S+)?/g, 'Use "Check Batch Status" in the Batches view.'],
  [
    /Collect its answers first: goldset batch wait \S+\. To pay for them again: --cache refresh\./g,
    'Use "Check Batch Status" in the Batches view, and run again when it has ended.',
  ],
  [/then continue: goldset batch wait/g, 'then use "Check Batch Status".'],
  [/List all batches: goldset batch list/g, 'The Batches view lists all of them.'],
  [/goldset run without --batch reuses those in the response cache\./g, 'a run reuses those in the response cache.'],
  [/Submit it again: goldset run --batch/g, 'Submit it again with "Run as Batch".'],
  [
    /continue with goldset batch wait, or give the batch up: goldset batch cancel/g,
    'use "Check Batch Status", or give the batch up with "Cancel Batch".',
  ],
  [/If you trust its source: goldset batch wait ID --from-elsewhere/g, 'Continue it on the machine that submitted it.'],
  [/Leave --batch out to run now\./g, '"Run Prompt" runs it now.'],
  // What is stored.
  [
    /If its content is yours, run: goldset cache adopt\. Otherwise delete it\./g,
    'If its content is yours, choose "Use This Folder…". Otherwise delete it.',
  ],
  [/What \.goldset\/ holds: goldset data/g, '"Show Stored Data" lists what .goldset/ holds.'],
  [/Remove it from git and keep the files: git -C .* rm -r -q --cached \S+/g, 'Remove the folder from git, but keep its files.'],
  [/Rewrite the index in a supported version: git update-index --index-version 2/g, 'Let git rewrite its index in version 2.'],
  [/Delete it: rm "[^"]*"/g, 'Delete it.'],
  [/, then run the command again: rm "[^"]*"/g, ', then try again.'],
  [/Download them again: goldset models --update\. Or delete/g, 'Delete'],
  [/: ls -ld$/g, '.'],
  [/Raise the limit, such as: ulimit -n 4096/g, 'Raise the limit of open files.'],
  // Imported cases.
  [/--map needs a part/g, 'A mapping needs a part'],
  [/--map (?=[A-Za-z]+=)/g, ''],
  [/deploy the file: goldset deploy \S+ \S+ HEAD/g, 'deploy the file with "Deploy as…"'],
  [/ A scripted model has an address while `goldset serve` runs\./g, ' A scripted model answers without a server.'],
  // Code and capture.
  [/which only `goldset run` and `compare` execute, in a trusted folder/g, 'which only the command line executes, in a trusted folder'],
  [
    /Read it, then run the same command at a terminal and answer its question, or pass --trust \(in CI: --trust or GOLDSET_TRUST=1\)\./g,
    'Read it, then trust the folder with "Manage Workspace Trust".',
  ],
  [/, or pass --trust\./g, '.'],
  [/perhaps by another goldset capture or/g, 'perhaps by another capture or'],
  [/choose another port with --port and set/g, 'choose another port and set'],
  [/Choose another address with --host and --port\./g, 'Choose another port.'],
];

/** A sentence as the editor says it: what it names on the command line becomes what the editor has for it. */
export function inEditorWords(text: string): string {
  let said = text;
  if (!/goldset |--[a-z]|git |ls -ld|ulimit|rm "/.test(text)) return text;
  for (const [words, instead] of WORDS) said = said.replace(words, instead);
  return said;
}
