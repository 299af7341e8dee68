/** What the commands take by which people and judges grade outputs; see command-specs.ts. */
import { FILTER_HELP } from '../../core/feedback/interactions/filter-text.ts';
import type { CommandSpec } from '../arguments.ts';
import { allowOrigin, envFile, json, runOptions, trust } from './command-specs.ts';

export const judgeSpec: CommandSpec = {
  usage:
    'judge calibrate JUDGE | judge align JUDGE | judge run JUDGE --from FILTER --sample N --batch | judge labels DRAW --csv FILE | --read FILE',
  words: ['calibrate', 'align', 'run', 'labels'],
  paths: 'after',
  summary:
    'calibrate: measures how often a judge is right, from labels that people gave without seeing its verdict, and writes JUDGE.calibration.json beside it. align: shows where judge and people disagree; a model proposes edits of its prompt from a part of the labels, and they are measured on two other parts. run: lets a judge grade stored answers of production; its verdicts become signals (`judged`) marked as a model’s. labels: writes the outputs of a draw as CSV, without what a judge said, and reads the labels of a person from it. JUDGE: a judge prompt, or for calibrate and run the name of a built-in one.',
  options: {
    csv: {
      type: 'string',
      value: 'FILE',
      takes: 'file',
      help: 'labels: write the outputs of the draw (a file, or its id in reviews/) there.',
    },
    read: { type: 'string', value: 'FILE', takes: 'file', help: 'labels: read labels from this CSV; they are kept as yours.' },
    labels: {
      type: 'string',
      multiple: true,
      value: 'PATH',
      takes: 'file',
      help: 'Read only this label file or folder; repeat for several. Default: all of the repository.',
    },
    repeat: {
      type: 'boolean',
      help: 'calibrate: send the judge 30 labelled outputs twice and record how often it grades alike. This costs money.',
    },
    model: { type: 'string', value: 'MODEL', help: 'align: which model proposes. Default: judge.model or model in goldset.yaml.' },
    criterion: {
      type: 'string',
      value: 'WHICH',
      help: 'align: which rubric, by the hash that calibrate shows; default: the one with most labels. run: the text to grade by; default: the only criterion for this judge in the golden sets of the prompts that answered.',
    },
    write: { type: 'boolean', help: 'align: write the new prompt into the judge’s file if it is proved on the test part.' },
    'dry-run': {
      type: 'boolean',
      help: 'calibrate: print the calibration and write nothing. align: show the confusions and send nothing.',
    },
    from: { type: 'string', multiple: true, value: 'FILTER', help: `run: ${FILTER_HELP}. Default: all.` },
    sample: {
      type: 'string',
      value: 'N',
      help: 'run: answers to grade, chosen at random. A larger number continues the same sample. Default: 100.',
    },
    batch: {
      type: 'boolean',
      help: 'run: use the provider’s batch service: half the price, results within 24 hours. Store them with goldset batch wait.',
    },
    wait: { type: 'boolean', help: 'run: with --batch, wait until the verdicts are stored.' },
    concurrency: runOptions.concurrency,
    cache: runOptions.cache,
    'max-cost': runOptions['max-cost'],
    'allow-unknown-price': runOptions['allow-unknown-price'],
    timeout: runOptions.timeout,
    yes: { type: 'boolean', help: 'Do not ask for confirmation.' },
    trust,
    'allow-origin': allowOrigin,
    'env-file': envFile,
    json,
  },
  examples: [
    'goldset judge calibrate judges/strict.prompt',
    'goldset judge calibrate llm-rubric --labels labels/support --json',
    'goldset judge calibrate judges/strict.prompt --repeat --max-cost 1',
    'goldset judge align judges/strict.prompt --model openai:gpt-6-sol --max-cost 2',
    'goldset judge labels 2026-W48 --csv week.csv',
    'goldset judge labels 2026-W48 --read week.csv',
    'goldset judge run judges/strict.prompt --from prompt=triage,from=2026-11-23 --sample 200',
    'goldset judge run judges/strict.prompt --from prompt=triage --sample 5000 --batch',
  ],
};

export const reviewSpec: CommandSpec = {
  usage: 'review --week [--from production|RUN]',
  paths: 'none',
  summary:
    'Shows a sample of outputs, one at a time, and stores your labels: half of what the judge failed, a random part, and disagreements. Drawn once a week and shared in reviews/; run it again to continue. Neither the verdict of the judge nor the candidate is shown.',
  options: {
    week: { type: 'boolean', help: 'This week’s sample. Drawn if it is not there yet.' },
    n: { type: 'string', value: 'N', help: 'Outputs in a new sample. Default: `review.size` in goldset.yaml, otherwise 25.' },
    from: {
      type: 'string',
      value: 'SOURCE',
      help: 'production (default; a filter may follow, such as production,prompt=triage), or the id or journal of a run.',
    },
    judge: { type: 'string', value: 'JUDGE', help: 'Draw by the verdicts of this judge. Default: the one with most verdicts.' },
    assign: { type: 'string', value: 'NAMES', help: 'Who labels a new sample, separated by commas: one person each, a fifth by two.' },
    html: {
      type: 'string',
      value: 'FILE',
      takes: 'file',
      help: 'Write a page for people without Goldset instead. It contains the texts: send it, do not commit it.',
    },
    json: { type: 'boolean', help: 'Write what the labels say as JSON to standard output instead.' },
  },
  examples: [
    'goldset review --week',
    'goldset review --week --from production,prompt=triage --n 40',
    'goldset review --week --html review.html',
  ],
};
