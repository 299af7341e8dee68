/** What the commands take that read or keep what happened in production, and the response cache; see command-specs.ts. */
import { FORMAT_NAMES } from '../../core/feedback/logs/format-names.ts';
import { FILTER_HELP } from '../../core/feedback/interactions/filter-text.ts';
import type { FollowUpTarget } from '../../core/feedback/interactions/interaction.ts';
import { INSIGHT_KINDS } from '../../core/feedback/insights/insights.ts';
import { GROUPINGS } from '../../core/feedback/insights/units/unit-insight.ts';
import type { CommandSpec } from '../arguments.ts';
import { allowOrigin, envFile, json, runOptions, trust } from './command-specs.ts';

/** What an id of a signal can be of. */
export const SIGNAL_TARGETS = ['interaction', 'response', 'trace', 'conversation'] as const satisfies readonly (keyof FollowUpTarget)[];

const store = {
  type: 'string',
  value: 'FOLDER',
  takes: 'folder',
  help: 'Folder that contains .goldset/. Default: the workspace.',
} as const;

const source = {
  type: 'string',
  value: 'NAME',
  help: 'Read a store that `sources` of goldset.yaml names, such as ClickHouse, instead of the files of this machine.',
} as const;

export const insightsSpec: CommandSpec = {
  usage: 'insights [units|cache|signals|failures|drift]',
  words: [...INSIGHT_KINDS, 'failures', 'drift'],
  paths: 'none',
  summary:
    'Reports what user actions cost in production and why a cost rose, what caches could save, and which signals got worse. Default: these three. failures: why answers fail, and where to work. drift: how inputs, outputs, retrieval and signals differ from before.',
  options: {
    by: {
      type: 'string',
      value: 'WHAT',
      choices: GROUPINGS,
      isOpen: true,
      help: 'units: type (default), version, model, or an attribute such as tenant. signals: an attribute or environment. failures, drift: version, model or an attribute.',
    },
    since: {
      type: 'string',
      value: 'DAY',
      help: 'First day to include, such as 2026-11-01. Default: everything stored; drift: the last seven days.',
    },
    against: {
      type: 'string',
      value: 'WHAT',
      help: 'drift: compare with a prompt version, an attribute such as release=5, or golden (the golden sets). Default: the four weeks before.',
    },
    'min-usd': { type: 'string', value: 'USD', help: 'units: smallest rise to report, in US dollars per 30 days. Default: 1.' },
    check: {
      type: 'boolean',
      help: 'Exit 1 if an action got more expensive or exceeds its budget in goldset.yaml (`actions:`), a signal got worse, a score moved, or (drift) inputs changed.',
    },
    'low-score': {
      type: 'string',
      value: 'N',
      help: 'signals: treat retrieval as empty if the best chunk scores below this. Default: ignore scores.',
    },
    source,
    trust,
    'allow-origin': allowOrigin,
    'env-file': envFile,
    store,
    json,
  },
  examples: [
    'goldset insights',
    'goldset insights units --by version --since 2026-11-01',
    'goldset insights signals --json',
    'goldset insights failures --by tenant',
    'goldset insights drift --since 2026-11-16 --against golden',
  ],
};

export const importSpec: CommandSpec = {
  usage: 'import FILE|FOLDER… | import langfuse --from DAY --to DAY | import --from postgres://HOST/DB --user U --password-env V --days N',
  words: ['langfuse'],
  summary:
    'Imports production calls into .goldset/interactions/, redacted. Reads JSONL, CSV and Parquet (you confirm the column mapping), OpenTelemetry files, Langfuse, and Phoenix by its database.',
  options: {
    format: {
      type: 'string',
      value: 'F',
      choices: FORMAT_NAMES,
      help: 'otlp, jsonl, csv or langfuse. Default: detected from the file name and the first row.',
    },
    mapping: {
      type: 'string',
      value: 'FILE',
      takes: 'file',
      help: 'Read the column mapping from FILE instead of guessing it. See --write-mapping.',
    },
    'write-mapping': { type: 'string', value: 'FILE', takes: 'file', help: 'Write the guessed mapping to FILE and import nothing.' },
    'dry-run': { type: 'boolean', help: 'Read everything and report what would be stored.' },
    from: {
      type: 'string',
      value: 'DAY|ADDRESS',
      help: 'langfuse: the first day, such as 2026-11-01, in UTC. Phoenix: its PostgreSQL database, postgres://HOST[:PORT]/DB, without user and password.',
    },
    to: { type: 'string', value: 'DAY', help: 'langfuse: the last day.' },
    host: { type: 'string', value: 'URL', help: 'langfuse: the server. Default: LANGFUSE_HOST, else https://cloud.langfuse.com.' },
    user: { type: 'string', value: 'U', help: 'Phoenix: the user of the database; one that may only read is enough.' },
    'password-env': {
      type: 'string',
      value: 'V',
      help: 'Phoenix: variable with the user’s password. It goes to an address only after you allowed it: --allow-origin V@postgres://HOST:PORT.',
    },
    days: { type: 'string', value: 'N', help: 'Phoenix: spans of the last N days. Default: 7.' },
    project: { type: 'string', value: 'NAME', help: 'Phoenix: only this project. Default: all but experiments and the playground.' },
    store,
    'allow-origin': allowOrigin,
    'env-file': envFile,
    yes: { type: 'boolean', help: 'Accept the guessed mapping without confirmation.' },
    json,
  },
  examples: [
    'goldset import calls.csv',
    'goldset import logs/ --write-mapping mapping.yaml && goldset import logs/ --mapping mapping.yaml',
    'goldset import otlp-export/ --yes',
    'goldset import langfuse --from 2026-11-01 --to 2026-11-07',
    'goldset import --from postgres://localhost/phoenix --user reader --password-env PHOENIX_PASSWORD --days 7',
  ],
};

export const signalSpec: CommandSpec = {
  usage: 'signal ID NAME [VALUE] | signal -',
  paths: 'none',
  summary:
    'Stores a signal about an interaction: thumb up or down, report, correction, accepted, copied, kept … - reads JSON in the format of POST /signals.',
  options: {
    of: {
      type: 'string',
      value: 'WHAT',
      choices: SIGNAL_TARGETS,
      help: 'Kind of ID: interaction, response, trace or conversation. Default: the kind that is stored under this ID.',
    },
    note: { type: 'string', value: 'TEXT', help: 'Comment in free text.' },
    by: { type: 'string', value: 'NAME', help: 'Name of the person, model or check that gave the signal.' },
    annotator: {
      type: 'string',
      value: 'WHO',
      choices: ['human', 'model', 'code'],
      help: 'human, model or code. Default: depends on the kind.',
    },
    kind: {
      type: 'string',
      value: 'KIND',
      choices: ['explicit', 'implicit', 'operational'],
      help: 'explicit, implicit or operational. Required for names that Goldset does not know.',
    },
    store,
  },
  examples: [
    'goldset signal chatcmpl-8f2c thumb down --note "wrong parcel"',
    'goldset signal chatcmpl-8f2c correction \'{"label":"refund"}\' --by ana',
    'goldset signal - < signals.json',
  ],
};

export const interactionsSpec: CommandSpec = {
  usage: 'interactions [FILTER…|ID]',
  paths: 'none',
  summary: `Lists stored interactions, newest first: time, id, cost, state, signals, title. FILTER: ${FILTER_HELP}. Default: open.`,
  options: {
    since: { type: 'string', value: 'DAY', help: 'First day to include, such as 2026-11-01. The same as from=DAY.' },
    limit: { type: 'string', value: 'N', help: 'Number of interactions to list, newest first. Default: 50.' },
    source,
    trust,
    'allow-origin': allowOrigin,
    'env-file': envFile,
    store,
    json,
  },
  examples: [
    'goldset interactions',
    'goldset interactions signal=thumbs-down,prompt=triage --since 2026-11-01',
    'goldset interactions all --json',
  ],
};

export const reproduceSpec: CommandSpec = {
  usage: 'reproduce ID',
  paths: 'none',
  summary:
    'Sends a stored call again: as it was captured (its messages, tools, recorded tool results, model and parameters), and with today’s prompt. Prints both answers and what differs. Nothing of the call is read as a file or a template.',
  options: {
    'max-cost': runOptions['max-cost'],
    'allow-unknown-price': runOptions['allow-unknown-price'],
    timeout: runOptions.timeout,
    yes: runOptions.yes,
    trust,
    'allow-origin': allowOrigin,
    'env-file': envFile,
    source,
    since: { type: 'string', value: 'DAY', help: 'With --source: the first day to look in. Default: 90 days ago.' },
    store,
    json,
  },
  examples: [
    'goldset interactions signal=thumbs-down',
    'goldset reproduce chatcmpl-8f2c',
    'goldset reproduce chatcmpl-8f2c --max-cost 0.05 --json',
  ],
};

export const goldenSpec: CommandSpec = {
  usage: 'golden add --from FILTER [--to SET] | golden import FILE [--to SET] [--map K=V] [--group FIELD]',
  words: ['add', 'import'],
  paths: 'after',
  summary:
    'add: makes golden cases from stored interactions; captured variables become `vars`, corrections become `expected`, and the source is recorded. import: makes golden cases from a file: CSV, JSONL, a fine-tuning file, or an exported dataset of Langfuse, LangSmith or Braintrust. A case that nothing is expected of is unverified.',
  options: {
    from: { type: 'string', multiple: true, value: 'FILTER', help: `add: ${FILTER_HELP}. Default: open.` },
    to: {
      type: 'string',
      value: 'SET',
      takes: 'file',
      help: 'A golden set or its prompt. Default: add: the golden set of the prompt that produced the interaction; import: the only prompt of the workspace.',
    },
    map: {
      type: 'string',
      multiple: true,
      value: 'K=V',
      help: 'import: field V of the file becomes K: a variable, expected, id or description; repeat for several. V is a path, such as inputs.question. Default: by name.',
    },
    group: { type: 'string', value: 'FIELD', help: 'import: the field that becomes `group`, for cases that hang together.' },
    limit: { type: 'string', value: 'N', help: 'add: maximum number of cases, newest first. Default: 100.' },
    criterion: {
      type: 'string',
      value: 'HOW',
      help: 'add: how outputs are compared with corrections: factuality, equals, contains, or "rubric: TEXT". Default: JSON is contained, one word is equal, other text is compared by factuality.',
    },
    cause: {
      type: 'string',
      value: 'CAUSE',
      choices: ['retrieval', 'prompt'],
      help: 'add: your word on calls with retrieved passages: retrieval if these do not support the correction, else prompt. Default: the judge decides.',
    },
    'no-replay': { type: 'boolean', help: 'add: do not run the new cases on the version that answered.' },
    'max-cost': runOptions['max-cost'],
    'allow-unknown-price': runOptions['allow-unknown-price'],
    yes: { type: 'boolean', help: 'add: do not ask for confirmation.' },
    trust,
    'allow-origin': allowOrigin,
    'env-file': envFile,
    'per-group': {
      type: 'string',
      value: 'N',
      help: 'add: maximum number of cases that ask almost the same; they get one `group`. Default: 3.',
    },
    'with-duplicates': { type: 'boolean', help: 'Add a case even if one with the same variables exists.' },
    'dry-run': { type: 'boolean', help: 'Report what would be added and write nothing.' },
    source: { ...source, help: 'add: read a store that `sources` of goldset.yaml names. What becomes a case is copied here.' },
    store,
    json: { type: 'boolean', help: 'import: write JSON to standard output.' },
  },
  examples: [
    'goldset golden add --from signal=thumbs-down,prompt=triage --to triage/triage.golden.yaml',
    'goldset golden add --from signal=correction --dry-run',
    'goldset golden import questions.csv --to answer.prompt --map question=frage --map expected=antwort --group source',
    'goldset golden import dataset.jsonl --to triage/triage.golden.yaml --dry-run',
  ],
};

export const captureSpec: CommandSpec = {
  usage: 'capture',
  paths: 'none',
  summary: 'Receives OpenTelemetry from applications (OTLP over HTTP) and stores model calls in .goldset/interactions/ until you stop it.',
  options: {
    port: { type: 'string', value: 'N', help: 'Port to listen on; 0 picks a free one, which is printed. Default: 4318.' },
    host: {
      type: 'string',
      value: 'ADDRESS',
      help: 'Address to listen on. Default: 127.0.0.1, reachable only from this machine. Any other needs --token-env.',
    },
    'token-env': {
      type: 'string',
      value: 'NAME',
      help: 'Variable with the token that senders give as `Authorization: Bearer TOKEN`, at least 16 characters. It allows sending, not reading.',
    },
    store,
    json: { type: 'boolean', help: 'Write the counts as JSON to standard output on exit.' },
  },
  examples: [
    'goldset capture',
    'goldset capture --port 4319 --store ../production',
    'goldset capture --host 0.0.0.0 --token-env CAPTURE_TOKEN',
  ],
};

export const convertSpec: CommandSpec = {
  usage: 'convert CONFIG',
  paths: 'first',
  summary:
    'Writes the prompts and tests of a promptfoo config as files of Goldset beside it: texts, golden sets and entries in goldset.yaml, one for each prompt and provider. The config stays as it is, no file is replaced, and what cannot be converted is named at its line.',
  options: {},
  examples: ['goldset convert promptfooconfig.yaml'],
};

export const envSpec: CommandSpec = {
  usage: 'env [list|allow|remove] [NAME…]',
  words: ['list', 'allow', 'remove'],
  paths: 'none',
  summary:
    'Which variables of the environment a promptfoo config may read as {{env.NAME}}. The list is yours, outside every repository; keys of providers and sources are never read. GOLDSET_ALLOW_ENV adds names, separated by commas.',
  options: {},
  examples: ['goldset env allow TEAM_NAME', 'goldset env'],
};

export const exportSpec: CommandSpec = {
  usage: 'export promptfoo [PATH…] | export otlp [FILTER…] --to FILE|URL',
  words: ['promptfoo', 'otlp'],
  paths: 'after',
  summary: `promptfoo: writes golden cases as tests of promptfoo, with \`expected\` as an assertion. Text that promptfoo would read as a file or a template stands in {% raw %}. PATH: prompts, golden sets or folders; default: this folder. otlp: writes stored interactions as OpenTelemetry spans (OTLP/JSON, GenAI conventions), redacted again by goldset.yaml; \`goldset import\` reads the same records from them. FILTER: ${FILTER_HELP}. Default: all.`,
  options: {
    out: { type: 'string', value: 'FILE', takes: 'file', help: 'promptfoo: write to FILE in this workspace instead of standard output.' },
    to: {
      type: 'string',
      value: 'FILE|URL',
      takes: 'file',
      help: 'otlp: write to FILE, one request a line, or send to exactly this address, such as http://127.0.0.1:4318/v1/traces.',
    },
    'header-env': {
      type: 'string',
      multiple: true,
      value: 'NAME=VAR',
      help: 'otlp: send the header NAME with the value of the variable VAR; repeat for several. It goes to an address only after you allowed it: --allow-origin VAR@URL.',
    },
    source: {
      ...source,
      help: 'otlp: export calls of a store that `sources` of goldset.yaml names, such as ClickHouse. Without from=DAY: of the last 30 days.',
    },
    'env-file': envFile,
    store,
    trust,
    'allow-origin': allowOrigin,
  },
  examples: [
    'goldset export promptfoo triage.prompt --out promptfoo/tests.yaml',
    'goldset export promptfoo > tests.yaml',
    'goldset export otlp signal=thumbs-down,from=2026-11-01 --to calls.jsonl',
    'goldset export otlp --to https://otlp.example.com/v1/traces --header-env authorization=OTLP_AUTH --allow-origin OTLP_AUTH@https://otlp.example.com',
  ],
};

export const dataSpec: CommandSpec = {
  usage: 'data [list|prune|share|keep RUN [NAME]]',
  words: ['list', 'prune', 'share', 'keep'],
  paths: 'none',
  summary:
    'Lists what .goldset holds, with its size, age and rule. prune: deletes what `keepRuns`, `capture.keepDays`, `capture.keepMb` and the limits of the cache do not keep. keep: protects a run under a name; without a name, no longer. share: copies triage and your corrections to feedback/ (`feedback: repository` in goldset.yaml), or with --source, your labels too, to the table of that store.',
  options: {
    'dry-run': { type: 'boolean', help: 'share: report what would be copied and write nothing.' },
    source: { ...source, help: 'share: append to the table goldset_feedback of this source, with the user that its `feedback` names.' },
    trust,
    'allow-origin': allowOrigin,
    'env-file': envFile,
    json,
  },
  examples: ['goldset data', 'goldset data prune', 'goldset data keep 20261120T101500-3fa1c2 "before the rewrite"'],
};

export const cacheSpec: CommandSpec = {
  usage: 'cache stats|clear|export FILE [PATH…]|import FILE|adopt',
  words: ['stats', 'clear', 'export', 'import', 'adopt'],
  paths: 'after',
  summary:
    'Manages the response cache in .goldset/cache: shows its size, clears it, and exports or imports recordings for CI (run --cache frozen). adopt: confirms that the .goldset folder here is yours, so that Goldset uses it.',
  options: {
    model: { type: 'string', multiple: true, value: 'M', help: 'export: answers of this model instead of the prompts’ own model.' },
    json,
  },
  examples: [
    'goldset cache stats',
    'goldset cache export recordings.jsonl prompts',
    'goldset cache import recordings.jsonl',
    'goldset cache adopt',
  ],
};
