/** What each command takes, apart from the code that does it, so that help and usage errors load nothing else. */
import { FILTER_HELP } from '../core/feedback/filter-text.ts';
import type { CommandSpec } from './arguments.ts';

const report = {
  type: 'string',
  multiple: true,
  value: 'KIND=FILE',
  help: 'json, junit, html, markdown, csv or jsonl; repeat for several.',
} as const;
const json = { type: 'boolean', help: 'Write the machine’s form to standard output.' } as const;
const envFile = {
  type: 'string',
  value: 'FILE',
  help: 'Read environment variables (keys) from FILE; ./.env is never read unasked.',
} as const;

/** What `newRunId` makes. */
const RUN_ID = /^\d{8}T\d{6}-[0-9a-f]{6}$/;

export const runSpec: CommandSpec = {
  usage: 'run [PATH…]',
  summary: 'Runs prompts against their golden cases. PATH: prompts, golden sets or folders; default: this folder.',
  options: {
    model: { type: 'string', multiple: true, value: 'M', help: 'provider:model instead of the prompt’s own; repeat for several.' },
    param: { type: 'string', multiple: true, value: 'K=V[,V]', help: 'Set a parameter; several values make several candidates.' },
    case: { type: 'string', multiple: true, value: 'GLOB', help: 'Only cases whose id or description matches.' },
    tag: { type: 'string', multiple: true, value: 'T', help: 'Only cases with this tag (metadata.tags).' },
    repeat: { type: 'string', value: 'N', help: 'Samples per case; a case passes when all do. Default: 1.' },
    matrix: { type: 'boolean', help: 'Models and parameters of goldset.yaml’s `matrix`.' },
    concurrency: { type: 'string', value: 'N', help: 'Calls at once per server. Default: 8.' },
    cache: { type: 'string', value: 'MODE', help: 'use (default), refresh (ask anew), off, or frozen (ask nothing; a miss is an error).' },
    'max-cost': { type: 'string', value: 'USD', help: 'Spend at most so much. Default: `spend.perRun` of goldset.yaml.' },
    'allow-unknown-price': { type: 'boolean', help: 'Run a model without a known price although a cap is set.' },
    resume: { type: 'string', value: '[RUN]', optional: RUN_ID, help: 'Go on with an interrupted run. Default: the newest of this plan.' },
    timeout: { type: 'string', value: 'S', help: 'Seconds that one call may take. Default: 300.' },
    'providers-from': {
      type: 'string',
      value: 'REF',
      help: 'Providers of goldset.yaml as they are at this ref: a change cannot redirect a key.',
    },
    baseline: {
      type: 'string',
      value: 'REF|RUN',
      help: 'Compare with the prompts at a git ref, or with an earlier run: its verdict gates.',
    },
    'changed-since': {
      type: 'string',
      value: 'REF',
      help: 'Only prompts whose version, golden set, goldset.yaml or `pipeline:` files changed.',
    },
    sequential: { type: 'boolean', help: 'With --baseline: stop as soon as the comparison is decided; false alarms stay below 5 %.' },
    shard: {
      type: 'string',
      value: 'I/N',
      help: 'Only the cases of this part, by a hash of their ids; goldset merge puts parts together.',
    },
    inconclusive: {
      type: 'string',
      value: 'MODE',
      help: 'What a comparison that cannot tell counts as: fail, pass or report (exit 3, default).',
    },
    batch: { type: 'boolean', help: 'By the provider’s batch service: half the price, within a day. Come back with goldset batch wait.' },
    wait: { type: 'boolean', help: 'With --batch: wait until it is graded.' },
    watch: { type: 'boolean', help: 'Run again when a file changes; what is the same is not asked again.' },
    report,
    'env-file': envFile,
    'allow-origin': { type: 'string', multiple: true, value: 'URL', help: 'Let goldset.yaml send a named key to this origin.' },
    yes: { type: 'boolean', help: 'Do not ask.' },
    json,
  },
  examples: [
    'goldset run prompts/triage.prompt',
    'goldset run --model scripted:./support.scripted.yaml --report html=out.html',
    'goldset run --case "refund-*" --repeat 3 --json > run.json',
    'goldset run --max-cost 0.50 && goldset run --resume',
    'goldset run --baseline main --changed-since main --sequential',
  ],
};

const runOptions = {
  repeat: { type: 'string', value: 'N', help: 'Samples per case. Default: `gate.repeats` of goldset.yaml, or 1.' },
  concurrency: { type: 'string', value: 'N', help: 'Calls at once per server. Default: 8.' },
  cache: { type: 'string', value: 'MODE', help: 'use (default), refresh, off, or frozen (ask nothing; a miss is an error).' },
  'max-cost': { type: 'string', value: 'USD', help: 'Spend at most so much. Default: `spend.perRun` of goldset.yaml.' },
  'allow-unknown-price': { type: 'boolean', help: 'Run a model without a known price although a cap is set.' },
  timeout: { type: 'string', value: 'S', help: 'Seconds that one call may take. Default: 300.' },
  sequential: { type: 'boolean', help: 'Stop as soon as the comparison is decided; false alarms stay below 5 %.' },
  inconclusive: {
    type: 'string',
    value: 'MODE',
    help: 'What a comparison that cannot tell counts as: fail, pass or report (exit 3, default).',
  },
  'allow-origin': { type: 'string', multiple: true, value: 'URL', help: 'Let goldset.yaml send a named key to this origin.' },
  'env-file': envFile,
  yes: { type: 'boolean', help: 'Do not ask.' },
  json,
} as const;

export const compareSpec: CommandSpec = {
  usage: 'compare A B [PATH…]',
  summary: 'Compares two sides over the same golden cases. A, B: a git ref, working, a run, or model:ID.',
  options: {
    'cases-from': { type: 'string', value: 'REF', help: 'The golden sets of this ref instead of those of the working tree.' },
    model: { type: 'string', multiple: true, value: 'M', help: 'provider:model instead of the prompts’ own, on both sides.' },
    report,
    ...runOptions,
  },
  examples: [
    'goldset compare main working',
    'goldset compare HEAD~5 HEAD prompts/triage.prompt --sequential',
    'goldset compare model:openai:gpt-6-luna model:openai:gpt-6.1-sol --json',
  ],
};

export const githubSpec: CommandSpec = {
  usage: 'github [PATH…]',
  summary: 'What the GitHub action runs: base against head, then a step summary, annotations and one comment on the pull request.',
  options: {
    base: { type: 'string', value: 'REF', help: 'Compare with this ref instead of the event’s base.' },
    sarif: { type: 'string', value: 'FILE', help: 'Write findings as SARIF 2.1.0.' },
    report,
    'no-comment': { type: 'boolean', help: 'Write no comment.' },
    ...runOptions,
  },
  examples: ['goldset github --sarif goldset.sarif --report junit=goldset.xml --max-cost 1'],
};

export const mergeSpec: CommandSpec = {
  usage: 'merge RUN…',
  summary: 'Puts the shards of one run together. RUN: a run’s id, or its .goldset-run.jsonl file.',
  options: {
    report,
    inconclusive: runOptions.inconclusive,
    json,
  },
  examples: ['goldset merge shards/*.goldset-run.jsonl --report junit=goldset.xml'],
};

export const versionsSpec: CommandSpec = {
  usage: 'versions [PROMPT]',
  summary: 'Lists the commits that changed a prompt’s version, also through a partial, with what each scored and cost.',
  options: { limit: { type: 'string', value: 'N', help: 'Versions of a prompt at most. Default: 20.' }, json },
  examples: ['goldset versions prompts/triage.prompt', 'goldset versions --limit 5 --json'],
};

export const deploySpec: CommandSpec = {
  usage: 'deploy PROMPT NAME REF',
  summary: 'Lets a name such as production point at the version that a prompt has at a git ref, in prompt-deployments.yaml.',
  options: {},
  examples: ['goldset deploy prompts/triage.prompt production main', 'goldset deploy prompts/triage.prompt production HEAD~3'],
};

export const scoresSpec: CommandSpec = {
  usage: 'scores push|pull',
  summary: 'Sends scores to a remote as git notes, or takes in what others, CI above all, have sent.',
  options: {
    remote: { type: 'string', value: 'NAME', help: 'Default: origin.' },
    commit: { type: 'string', value: 'REF', help: 'push: the commit that was measured. Default: HEAD.' },
  },
  examples: ['goldset scores pull', 'goldset scores push --remote upstream'],
};

export const checkSpec: CommandSpec = {
  usage: 'check [PATH…]',
  summary: 'Lists problems and findings of prompts, golden sets and goldset.yaml without calling a model.',
  options: {
    'fail-on': { type: 'string', value: 'LEVEL', help: 'error, warning or info: exit 1 from this severity on. Default: error.' },
    against: { type: 'string', value: 'REF', help: 'The git ref that prefixes are compared with. Default: HEAD.' },
    report: { type: 'string', multiple: true, value: 'sarif=FILE', help: 'Also write SARIF 2.1.0.' },
    json,
  },
  examples: ['goldset check', 'goldset check --report sarif=goldset.sarif', 'goldset check prompts --fail-on warning'],
};

export const costSpec: CommandSpec = {
  usage: 'cost PROMPT',
  summary: 'Projects tokens, cost per call and cacheable prefix over the golden cases, without sending anything.',
  options: {
    model: { type: 'string', multiple: true, value: 'M', help: 'provider:model instead of the prompt’s own; repeat to compare.' },
    against: { type: 'string', value: 'REF', help: 'A git ref to compare the prefix with. Default: HEAD.' },
    count: { type: 'boolean', help: 'Ask the providers to count one golden case (free; needs their keys).' },
    'env-file': envFile,
    json,
  },
  examples: [
    'goldset cost prompts/triage.prompt',
    'goldset cost prompts/triage.prompt --model openai:gpt-6-luna --model anthropic:claude-sonnet-5',
    'goldset cost prompts/triage.prompt --against main --json',
  ],
};

export const modelsSpec: CommandSpec = {
  usage: 'models [ID]',
  summary:
    'Lists providers that can be reached, local servers too, and models with price, caching rule and tokenizer, each with its source.',
  options: {
    update: { type: 'boolean', help: 'Download today’s prices (and caching rules) first.' },
    from: { type: 'string', value: 'URL', help: 'Where --update downloads from. Default: the data of genai-prices.' },
    'env-file': envFile,
    'allow-origin': { type: 'string', multiple: true, value: 'URL', help: 'Let goldset.yaml send a named key to this origin.' },
    json,
  },
  examples: ['goldset models', 'goldset models openai:gpt-6-luna', 'goldset models --update'],
};

export const renderSpec: CommandSpec = {
  usage: 'render PROMPT',
  summary: 'Prints the request that a prompt makes, without sending it.',
  options: {
    case: { type: 'string', value: 'ID', help: 'Use the variables of this golden case.' },
    vars: { type: 'string', value: 'FILE', help: 'Use the variables in FILE (JSON or YAML); - is standard input.' },
    data: { type: 'string', value: 'FILE', help: 'dotprompt’s data argument { input, messages, docs, context }; - is standard input.' },
    format: { type: 'string', value: 'F', help: 'messages (default) or openai.' },
    model: { type: 'string', value: 'M', help: 'provider:model instead of the prompt’s own.' },
  },
  examples: [
    'goldset render prompts/triage.prompt --case refund-late',
    'goldset render prompts/triage.prompt --vars vars.json --format openai',
  ],
};

export const batchSpec: CommandSpec = {
  usage: 'batch list|wait [ID]|cancel [ID]',
  summary:
    'Batches that goldset run --batch has submitted. wait grades the answers and ends like goldset run. Default: the newest under way.',
  options: {
    every: { type: 'string', value: 'S', help: 'wait: seconds between looks. Default: 5, then longer, up to 60.' },
    'from-elsewhere': { type: 'boolean', help: 'Go on with a batch that another user or machine has submitted, with your keys.' },
    'give-up': { type: 'string', value: 'S', help: 'wait: end after so many seconds (exit 130); nothing is lost.' },
    'max-cost': runOptions['max-cost'],
    concurrency: runOptions.concurrency,
    inconclusive: runOptions.inconclusive,
    report,
    'allow-origin': runOptions['allow-origin'],
    'env-file': envFile,
    json,
  },
  examples: ['goldset run --batch', 'goldset batch list', 'goldset batch wait --report junit=goldset.xml', 'goldset batch cancel'],
};

const store = { type: 'string', value: 'FOLDER', help: 'The folder that holds .goldset/. Default: the workspace.' } as const;

export const insightsSpec: CommandSpec = {
  usage: 'insights [units|cache|signals]',
  summary:
    'What user actions cost in production and why one became dearer; what caches could save; what signals say and what got worse. Default: all.',
  options: {
    by: { type: 'string', value: 'WHAT', help: 'units: type (default), version or model.' },
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
  summary:
    'Brings production calls into .goldset/interactions/, redacted: rows of any JSONL or CSV by a mapping that you confirm, OpenTelemetry files, Langfuse.',
  options: {
    format: { type: 'string', value: 'F', help: 'otlp, jsonl, csv or langfuse. Default: by the name and the first row.' },
    mapping: { type: 'string', value: 'FILE', help: 'Which column is what, instead of a guess; see --write-mapping.' },
    'write-mapping': { type: 'string', value: 'FILE', help: 'Write the guess to FILE, and import nothing.' },
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
  summary:
    'Stores what became known of an interaction: thumb up or down, report, correction, accepted, copied, kept … - reads JSON as POST /signals takes it.',
  options: {
    of: {
      type: 'string',
      value: 'WHAT',
      help: 'What ID is of: interaction, response, trace or conversation. Default: whichever is stored.',
    },
    note: { type: 'string', value: 'TEXT', help: 'In words.' },
    by: { type: 'string', value: 'NAME', help: 'Who said it.' },
    annotator: { type: 'string', value: 'WHO', help: 'human, model or code. Default: by the kind.' },
    kind: { type: 'string', value: 'KIND', help: 'explicit, implicit or operational; needed for names that Goldset does not know.' },
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
  summary:
    'Makes golden cases of stored interactions: variables as captured, corrections as what is expected, where they come from. Without a correction a case is unverified.',
  options: {
    from: { type: 'string', multiple: true, value: 'FILTER', help: `${FILTER_HELP}. Default: open.` },
    to: { type: 'string', value: 'SET', help: 'A golden set or its prompt. Default: that of the prompt which answered.' },
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
  summary: 'The response cache in .goldset/cache: what is in it, recordings for CI (run --cache frozen) out of it and into it.',
  options: {
    model: { type: 'string', multiple: true, value: 'M', help: 'export: the answers of this model instead of the prompts’ own.' },
    json,
  },
  examples: ['goldset cache stats', 'goldset cache export recordings.jsonl prompts', 'goldset cache import recordings.jsonl'],
};

export const serveSpec: CommandSpec = {
  usage: 'serve FILE',
  summary: 'Serves a scripted model with OpenAI’s protocol on 127.0.0.1.',
  options: { port: { type: 'string', value: 'N', help: 'Default: a free one; it is printed.' } },
  examples: ['goldset serve support.scripted.yaml --port 4011'],
};
