/** What each command takes, apart from the code that does it, so that help and usage errors load nothing else. */
import { CACHE_MODES } from '../../core/calls/answers.ts';
import { INCONCLUSIVE_MODES } from '../../core/results/verdict.ts';
import type { CommandSpec } from '../arguments.ts';

const report = {
  type: 'string',
  multiple: true,
  value: 'KIND=FILE',
  choices: ['json=', 'junit=', 'html=', 'markdown=', 'csv=', 'jsonl='],
  help: 'json, junit, html, markdown, csv or jsonl; repeat for several.',
} as const;
export const json = { type: 'boolean', help: 'Write JSON to standard output.' } as const;
export const envFile = {
  type: 'string',
  value: 'FILE',
  takes: 'file',
  help: 'Read keys that providers name from FILE. ./.env is read only if you name it here.',
} as const;

export const allowOrigin = {
  type: 'string',
  multiple: true,
  value: 'VARIABLE@URL',
  help: 'Allow this variable (a key) to be sent to this origin; repeat for several. GOLDSET_ALLOW takes the same, with commas.',
} as const;

export const trust = {
  type: 'boolean',
  help: 'Execute the commands, code assertions and `build:` functions of this workspace without a question. In CI also GOLDSET_TRUST=1.',
} as const;

const settingsFrom = {
  type: 'string',
  value: 'REF',
  help: 'Judge a change by the settings, code and golden cases of this ref: only prompts, golden sets, `model` and `matrix` are its own.',
} as const;

/** From the most serious one on. */
export const FAIL_LEVELS = ['error', 'warning', 'info'] as const;
export const RENDER_FORMATS = ['messages', 'openai'] as const;

/** What `newRunId` makes. */
const RUN_ID = /^\d{8}T\d{6}-[0-9a-f]{6}$/;

export const initSpec: CommandSpec = {
  usage: 'init [PROMPT]',
  summary:
    'Finds the prompts of this folder, in files and in code, and the models within reach; writes goldset.yaml and a first golden set. Keeps what is there.',
  options: {
    yes: { type: 'boolean', help: 'Ask nothing: take the first prompt without a golden set, and the first model within reach.' },
    'env-file': envFile,
    'allow-origin': allowOrigin,
    trust,
  },
  examples: ['goldset init', 'goldset init --yes', 'goldset init "src/triage.ts#SYSTEM_PROMPT"'],
};

export const runSpec: CommandSpec = {
  usage: 'run [PATH…]',
  summary: 'Runs prompts against their golden cases. PATH: prompts, golden sets or folders; default: this folder.',
  options: {
    model: { type: 'string', multiple: true, value: 'M', help: 'provider:model instead of the prompt’s own; repeat for several.' },
    param: { type: 'string', multiple: true, value: 'K=V[,V]', help: 'Set a parameter; several values make several candidates.' },
    case: { type: 'string', multiple: true, value: 'GLOB', help: 'Only cases whose id or description matches this pattern.' },
    tag: { type: 'string', multiple: true, value: 'T', help: 'Only cases with this tag (metadata.tags).' },
    repeat: { type: 'string', value: 'N', help: 'Samples per case. A case passes only if every sample passes. Default: 1.' },
    matrix: { type: 'boolean', help: 'Run every combination of models and parameters in goldset.yaml’s `matrix`.' },
    concurrency: { type: 'string', value: 'N', help: 'Concurrent requests per server. Default: that of a promptfoo config, else 8.' },
    cache: {
      type: 'string',
      value: 'MODE',
      choices: CACHE_MODES,
      help: 'use (default), refresh (send again), off, or frozen (send nothing; a miss is an error).',
    },
    'max-cost': { type: 'string', value: 'USD', help: 'Spending limit in US dollars. Default: `spend.perRun` in goldset.yaml.' },
    'allow-unknown-price': { type: 'boolean', help: 'Run a model that has no known price even though a spending limit is set.' },
    resume: { type: 'string', value: '[RUN]', optional: RUN_ID, help: 'Resume an interrupted run. Default: the newest run of this plan.' },
    timeout: { type: 'string', value: 'S', help: 'Timeout of one call in seconds. Default: 300.' },
    'settings-from': settingsFrom,
    baseline: {
      type: 'string',
      value: 'REF|RUN',
      help: 'Compare with the prompts at a git ref, or with an earlier run. The comparison decides the exit code.',
    },
    'changed-since': {
      type: 'string',
      value: 'REF',
      help: 'Only prompts whose version, golden set, goldset.yaml or `pipeline:` files changed.',
    },
    sequential: {
      type: 'boolean',
      help: 'With --baseline: stop as soon as the comparison is decided. The false-alarm rate stays below 5 %.',
    },
    shard: {
      type: 'string',
      value: 'I/N',
      help: 'Run only this shard of the cases, chosen by a hash of their ids. Combine shards with goldset merge.',
    },
    inconclusive: {
      type: 'string',
      value: 'MODE',
      choices: INCONCLUSIVE_MODES,
      help: 'How to treat an inconclusive comparison: fail, pass or report (exit 3, default).',
    },
    batch: {
      type: 'boolean',
      help: 'Use the provider’s batch service: half the price, results within 24 hours. Collect them with goldset batch wait.',
    },
    wait: { type: 'boolean', help: 'With --batch: wait until the batch is finished and graded.' },
    watch: { type: 'boolean', help: 'Run again when a file changes. Unchanged requests are not sent again.' },
    report,
    'env-file': envFile,
    'allow-origin': allowOrigin,
    trust,
    yes: { type: 'boolean', help: 'Do not ask for confirmation.' },
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

export const runOptions = {
  repeat: {
    type: 'string',
    value: 'N',
    help: 'Samples per case. Default: `gate.repeats` in goldset.yaml, else `repeat` of a promptfoo config, else 1.',
  },
  concurrency: { type: 'string', value: 'N', help: 'Concurrent requests per server. Default: that of a promptfoo config, else 8.' },
  cache: {
    type: 'string',
    value: 'MODE',
    choices: CACHE_MODES,
    help: 'use (default), refresh, off, or frozen (send nothing; a miss is an error).',
  },
  'max-cost': { type: 'string', value: 'USD', help: 'Spending limit in US dollars. Default: `spend.perRun` in goldset.yaml.' },
  'allow-unknown-price': { type: 'boolean', help: 'Run a model that has no known price even though a spending limit is set.' },
  timeout: { type: 'string', value: 'S', help: 'Timeout of one call in seconds. Default: 300.' },
  sequential: { type: 'boolean', help: 'Stop as soon as the comparison is decided. The false-alarm rate stays below 5 %.' },
  inconclusive: {
    type: 'string',
    value: 'MODE',
    choices: INCONCLUSIVE_MODES,
    help: 'How to treat an inconclusive comparison: fail, pass or report (exit 3, default).',
  },
  'allow-origin': allowOrigin,
  'env-file': envFile,
  trust,
  yes: { type: 'boolean', help: 'Do not ask for confirmation.' },
  json,
} as const;

export const compareSpec: CommandSpec = {
  usage: 'compare A B [PATH…]',
  words: ['working'],
  summary: 'Compares two sides on the same golden cases. A, B: a git ref, working, a run, or model:ID.',
  options: {
    'cases-from': { type: 'string', value: 'REF', help: 'Use the golden sets at this ref instead of those in the working tree.' },
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
  summary:
    'Compares a pull request’s base with its head, then writes a step summary, annotations and one comment. The GitHub action runs this.',
  options: {
    base: { type: 'string', value: 'REF', help: 'Compare with this ref instead of the event’s base.' },
    sarif: { type: 'string', value: 'FILE', takes: 'file', help: 'Write findings as SARIF 2.1.0.' },
    report,
    'settings-from': {
      ...settingsFrom,
      help: 'Judge by the settings of this ref instead of the base’s. HEAD: the change’s own, in a protected job.',
    },
    'no-comment': { type: 'boolean', help: 'Do not comment on the pull request.' },
    ...runOptions,
  },
  examples: ['goldset github --sarif goldset.sarif --report junit=goldset.xml --max-cost 1'],
};

export const mergeSpec: CommandSpec = {
  usage: 'merge RUN…',
  summary: 'Combines the shards of one run. RUN: a run’s id, or its .goldset-run.jsonl file.',
  options: {
    report,
    inconclusive: runOptions.inconclusive,
    json,
  },
  examples: ['goldset merge shards/*.goldset-run.jsonl --report junit=goldset.xml'],
};

export const versionsSpec: CommandSpec = {
  usage: 'versions [PROMPT]',
  summary: 'Lists the commits that changed a prompt’s version, directly or through a partial, with the score and cost of each.',
  options: { limit: { type: 'string', value: 'N', help: 'Maximum number of versions per prompt. Default: 20.' }, json },
  examples: ['goldset versions prompts/triage.prompt', 'goldset versions --limit 5 --json'],
};

export const deploySpec: CommandSpec = {
  usage: 'deploy PROMPT NAME REF',
  summary: 'Points a name such as production at the prompt’s version at a git ref. Writes prompt-deployments.yaml.',
  options: {},
  examples: ['goldset deploy prompts/triage.prompt production main', 'goldset deploy prompts/triage.prompt production HEAD~3'],
};

export const scoresSpec: CommandSpec = {
  usage: 'scores push|pull',
  words: ['push', 'pull'],
  paths: 'none',
  summary: 'Pushes scores to a remote as git notes, or pulls the scores that CI and others pushed.',
  options: {
    remote: { type: 'string', value: 'NAME', help: 'Default: origin.' },
    commit: { type: 'string', value: 'REF', help: 'push: the commit whose scores are pushed. Default: HEAD.' },
  },
  examples: ['goldset scores pull', 'goldset scores push --remote upstream'],
};

export const checkSpec: CommandSpec = {
  usage: 'check [PATH…]',
  summary: 'Lists problems and findings of prompts, golden sets and goldset.yaml without calling a model.',
  options: {
    'fail-on': {
      type: 'string',
      value: 'LEVEL',
      choices: FAIL_LEVELS,
      help: 'error, warning or info: exit 1 at this severity or above. Default: error.',
    },
    against: { type: 'string', value: 'REF', help: 'Git ref to compare prefixes with. Default: HEAD.' },
    report: { type: 'string', multiple: true, value: 'sarif=FILE', choices: ['sarif='], help: 'Also write SARIF 2.1.0.' },
    trust,
    json,
  },
  examples: ['goldset check', 'goldset check --report sarif=goldset.sarif', 'goldset check prompts --fail-on warning'],
};

export const costSpec: CommandSpec = {
  usage: 'cost PROMPT',
  summary: 'Estimates tokens, cost per call and the cacheable prefix from the golden cases, without sending anything.',
  options: {
    model: { type: 'string', multiple: true, value: 'M', help: 'provider:model instead of the prompt’s own; repeat to compare.' },
    against: { type: 'string', value: 'REF', help: 'Git ref to compare the prefix with. Default: HEAD.' },
    count: { type: 'boolean', help: 'Count one golden case with each provider’s own endpoint (free; needs its key).' },
    'env-file': envFile,
    trust,
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
  paths: 'none',
  summary:
    'Lists reachable providers, local servers included, and models with their price, caching rule and tokenizer, each with its source.',
  options: {
    update: { type: 'boolean', help: 'Download current prices and caching rules first.' },
    from: {
      type: 'string',
      multiple: true,
      value: 'URL',
      help: 'URL that --update downloads from, repeatable. Default: the data of genai-prices and of models.dev.',
    },
    'env-file': envFile,
    'allow-origin': allowOrigin,
    trust,
    json,
  },
  examples: ['goldset models', 'goldset models openai:gpt-6-luna', 'goldset models --update'],
};

export const renderSpec: CommandSpec = {
  usage: 'render PROMPT',
  summary: 'Prints the request that a prompt renders to, without sending it.',
  options: {
    case: { type: 'string', value: 'ID', help: 'Use the variables of this golden case.' },
    vars: { type: 'string', value: 'FILE', takes: 'file', help: 'Use the variables in FILE (JSON or YAML). - reads standard input.' },
    data: {
      type: 'string',
      value: 'FILE',
      takes: 'file',
      help: 'dotprompt’s data argument { input, messages, docs, context } from FILE. - reads standard input.',
    },
    format: { type: 'string', value: 'F', choices: RENDER_FORMATS, help: 'messages (default) or openai.' },
    model: { type: 'string', value: 'M', help: 'provider:model instead of the prompt’s own.' },
    trust,
  },
  examples: [
    'goldset render prompts/triage.prompt --case refund-late',
    'goldset render prompts/triage.prompt --vars vars.json --format openai',
  ],
};

export const trySpec: CommandSpec = {
  usage: 'try PROMPT',
  summary:
    'Sends one request with the values that you give, and prints the answer as it arrives. Tokens, cost and time go to standard error.',
  options: {
    var: {
      type: 'string',
      multiple: true,
      value: 'K=V',
      help: 'Set a variable, by the type that the prompt declares; repeat for several.',
    },
    vars: { type: 'string', value: 'FILE', takes: 'file', help: 'Use the variables in FILE (JSON or YAML). - reads standard input.' },
    case: { type: 'string', value: 'ID', help: 'Begin with the variables, messages and tool results of this golden case.' },
    model: { type: 'string', value: 'M', help: 'provider:model instead of the prompt’s own.' },
    effort: { type: 'string', value: 'E', help: 'Reasoning effort instead of the prompt’s own.' },
    save: {
      type: 'string',
      value: 'CASE',
      help: 'Add a golden case with this id, these values and, with --accept or --expect, what is right.',
    },
    accept: { type: 'boolean', help: 'With --save: the answer is right, so the case expects it.' },
    expect: { type: 'string', value: 'TEXT', help: 'With --save: the case expects this text or JSON.' },
    cache: {
      type: 'string',
      value: 'MODE',
      choices: CACHE_MODES,
      help: 'use (default), refresh (send again), off, or frozen (send nothing; a miss is an error).',
    },
    'max-cost': runOptions['max-cost'],
    'allow-unknown-price': runOptions['allow-unknown-price'],
    timeout: runOptions.timeout,
    'env-file': envFile,
    'allow-origin': allowOrigin,
    trust,
    yes: runOptions.yes,
    json,
  },
  examples: [
    'goldset try prompts/triage.prompt --var ticket="Where is my order?"',
    'goldset try prompts/triage.prompt --vars vars.json --model scripted:./support.scripted.yaml',
    'goldset try prompts/triage.prompt --case refund-late --model openai:gpt-6-luna --json',
    'goldset try prompts/triage.prompt --var ticket="I want my money back" --save refund-plain --accept',
  ],
};

export const batchSpec: CommandSpec = {
  usage: 'batch list|wait [ID]|cancel [ID]',
  words: ['list', 'wait', 'cancel'],
  paths: 'none',
  summary:
    'Manages the batches that goldset run --batch and goldset judge run --batch submitted. wait grades the answers and exits like goldset run, or stores the verdicts of a judge. Default: the newest unfinished batch.',
  options: {
    every: { type: 'string', value: 'S', help: 'wait: seconds between status checks. Default: 5, rising to 60.' },
    'from-elsewhere': { type: 'boolean', help: 'Continue, with your keys, a batch that another user or machine submitted.' },
    'give-up': { type: 'string', value: 'S', help: 'wait: stop waiting after this many seconds (exit 130). Nothing is lost.' },
    'max-cost': runOptions['max-cost'],
    concurrency: runOptions.concurrency,
    inconclusive: runOptions.inconclusive,
    report,
    'allow-origin': allowOrigin,
    'env-file': envFile,
    trust,
    json,
  },
  examples: ['goldset run --batch', 'goldset batch list', 'goldset batch wait --report junit=goldset.xml', 'goldset batch cancel'],
};

export const serveSpec: CommandSpec = {
  usage: 'serve FILE',
  summary: 'Serves a scripted model over OpenAI’s protocol on 127.0.0.1.',
  options: { port: { type: 'string', value: 'N', help: 'Port to listen on. Default: a free port, which is printed.' } },
  examples: ['goldset serve support.scripted.yaml --port 4011'],
};

export const completionSpec: CommandSpec = {
  usage: 'completion bash|zsh|fish',
  words: ['bash', 'zsh', 'fish'],
  paths: 'none',
  summary: 'Prints a shell script that completes commands, options, their values and paths.',
  options: {},
  examples: [
    'source <(goldset completion bash)       in ~/.bashrc',
    'source <(goldset completion zsh)        in ~/.zshrc, after compinit',
    'goldset completion fish | source        in ~/.config/fish/config.fish',
  ],
};
