/** What the commands take that read or keep what happened in production, and the response cache; see command-specs.ts. */
import { FORMAT_NAMES } from '../core/feedback/logs/format-names.ts';
import { FILTER_HELP } from '../core/feedback/interactions/filter-text.ts';
import type { FollowUpTarget } from '../core/feedback/interactions/interaction.ts';
import { INSIGHT_KINDS } from '../core/feedback/insights/insights.ts';
import { GROUPINGS } from '../core/feedback/insights/units/unit-insight.ts';
import type { CommandSpec } from './arguments.ts';
import { envFile, json } from './command-specs.ts';

/** What an id of a signal can be of. */
export const SIGNAL_TARGETS = ['interaction', 'response', 'trace', 'conversation'] as const satisfies readonly (keyof FollowUpTarget)[];

const store = {
  type: 'string',
  value: 'FOLDER',
  takes: 'folder',
  help: 'The folder that holds .goldset/. Default: the workspace.',
} as const;

export const insightsSpec: CommandSpec = {
  usage: 'insights [units|cache|signals]',
  words: INSIGHT_KINDS,
  paths: 'none',
  summary:
    'What user actions cost in production and why a cost rose; what caches could save; what signals show and what got worse. Default: all.',
  options: {
    by: { type: 'string', value: 'WHAT', choices: GROUPINGS, help: 'units: type (default), version or model.' },
    since: { type: 'string', value: 'DAY', help: 'Only from this day on, such as 2026-11-01. Default: all that is stored.' },
    'min-usd': { type: 'string', value: 'USD', help: 'units: what a rise must cost in 30 days to be worth an alert. Default: 1.' },
    check: { type: 'boolean', help: 'units: end with 1 when an action costs more than its budget in goldset.yaml (`actions:`).' },
    'low-score': {
      type: 'string',
      value: 'N',
      help: 'signals: the best chunk’s score below which retrieval has found nothing. Default: scores say nothing.',
    },
    store,
    json,
  },
  examples: ['goldset insights', 'goldset insights units --by version --since 2026-11-01', 'goldset insights signals --json'],
};

export const importSpec: CommandSpec = {
  usage: 'import FILE|FOLDER… | import langfuse --from DAY --to DAY',
  words: ['langfuse'],
  summary:
    'Brings production calls into .goldset/interactions/, redacted: rows of any JSONL or CSV by a mapping that you confirm, OpenTelemetry files, Langfuse.',
  options: {
    format: {
      type: 'string',
      value: 'F',
      choices: FORMAT_NAMES,
      help: 'otlp, jsonl, csv or langfuse. Default: by the name and the first row.',
    },
    mapping: { type: 'string', value: 'FILE', takes: 'file', help: 'Which column is what, instead of a guess; see --write-mapping.' },
    'write-mapping': { type: 'string', value: 'FILE', takes: 'file', help: 'Write the guess to FILE, and import nothing.' },
    'dry-run': { type: 'boolean', help: 'Read all and say what would be stored.' },
    from: { type: 'string', value: 'DAY', help: 'langfuse: the first day, such as 2026-11-01, in UTC.' },
    to: { type: 'string', value: 'DAY', help: 'langfuse: the last day.' },
    host: { type: 'string', value: 'URL', help: 'langfuse: the server. Default: LANGFUSE_HOST, else https://cloud.langfuse.com.' },
    store,
    'allow-origin': { type: 'string', multiple: true, value: 'URL', help: 'langfuse: let the keys go to this origin.' },
    'env-file': envFile,
    yes: { type: 'boolean', help: 'Take the guessed mapping without asking.' },
    json,
  },
  examples: [
    'goldset import calls.csv',
    'goldset import logs/ --write-mapping mapping.yaml && goldset import logs/ --mapping mapping.yaml',
    'goldset import otlp-export/ --yes',
    'goldset import langfuse --from 2026-11-01 --to 2026-11-07',
  ],
};

export const signalSpec: CommandSpec = {
  usage: 'signal ID NAME [VALUE] | signal -',
  paths: 'none',
  summary:
    'Stores what became known of an interaction: thumb up or down, report, correction, accepted, copied, kept … - reads JSON as POST /signals takes it.',
  options: {
    of: {
      type: 'string',
      value: 'WHAT',
      choices: SIGNAL_TARGETS,
      help: 'What ID is of: interaction, response, trace or conversation. Default: whichever is stored.',
    },
    note: { type: 'string', value: 'TEXT', help: 'In words.' },
    by: { type: 'string', value: 'NAME', help: 'Who said it.' },
    annotator: { type: 'string', value: 'WHO', choices: ['human', 'model', 'code'], help: 'human, model or code. Default: by the kind.' },
    kind: {
      type: 'string',
      value: 'KIND',
      choices: ['explicit', 'implicit', 'operational'],
      help: 'explicit, implicit or operational; needed for names that Goldset does not know.',
    },
    store,
  },
  examples: [
    'goldset signal chatcmpl-8f2c thumb down --note "wrong parcel"',
    'goldset signal chatcmpl-8f2c correction \'{"label":"refund"}\' --by ana',
    'goldset signal - < signals.json',
  ],
};

export const goldenSpec: CommandSpec = {
  usage: 'golden add --from FILTER [--to SET]',
  words: ['add'],
  paths: 'none',
  summary:
    'Makes golden cases of stored interactions: variables as captured, corrections as what is expected, where they come from. Without a correction a case is unverified.',
  options: {
    from: { type: 'string', multiple: true, value: 'FILTER', help: `${FILTER_HELP}. Default: open.` },
    to: { type: 'string', value: 'SET', takes: 'file', help: 'A golden set or its prompt. Default: that of the prompt which answered.' },
    limit: { type: 'string', value: 'N', help: 'So many, the newest. Default: 100.' },
    'with-duplicates': { type: 'boolean', help: 'Also where a case with the same variables exists.' },
    'dry-run': { type: 'boolean', help: 'Say what would be added.' },
    store,
  },
  examples: [
    'goldset golden add --from signal=thumbs-down,prompt=triage --to triage/triage.golden.yaml',
    'goldset golden add --from signal=correction --dry-run',
    'goldset golden add --from id=gi_0m2k4f1abc --to triage/triage.prompt',
  ],
};

export const captureSpec: CommandSpec = {
  usage: 'capture',
  paths: 'none',
  summary:
    'Receives OpenTelemetry of applications (OTLP over HTTP) and keeps calls of models in .goldset/interactions/ until it is stopped.',
  options: {
    port: { type: 'string', value: 'N', help: 'Default: 4318. 0: a free one; it is printed.' },
    host: { type: 'string', value: 'ADDRESS', help: 'The address to listen on. Default: 127.0.0.1, which only this machine reaches.' },
    store,
    json: { type: 'boolean', help: 'Write the counts as JSON to standard output when it ends.' },
  },
  examples: ['goldset capture', 'goldset capture --port 4319 --store ../production'],
};

export const cacheSpec: CommandSpec = {
  usage: 'cache stats|clear|export FILE [PATH…]|import FILE',
  words: ['stats', 'clear', 'export', 'import'],
  paths: 'after',
  summary: 'The response cache in .goldset/cache: what is in it, recordings for CI (run --cache frozen) out of it and into it.',
  options: {
    model: { type: 'string', multiple: true, value: 'M', help: 'export: the answers of this model instead of the prompts’ own.' },
    json,
  },
  examples: ['goldset cache stats', 'goldset cache export recordings.jsonl prompts', 'goldset cache import recordings.jsonl'],
};
