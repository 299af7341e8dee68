/** What each command takes, apart from the code that does it, so that help and usage errors load nothing else. */
import type { CommandSpec } from './arguments.ts';

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
    watch: { type: 'boolean', help: 'Run again when a file changes; what is the same is not asked again.' },
    report: { type: 'string', multiple: true, value: 'KIND=FILE', help: 'json, junit, html or markdown; repeat for several.' },
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
  ],
};

export const checkSpec: CommandSpec = {
  usage: 'check [PATH…]',
  summary: 'Lists problems and findings of prompts, golden sets and goldset.yaml without calling a model.',
  options: {
    'fail-on': { type: 'string', value: 'LEVEL', help: 'error, warning or info: exit 1 from this severity on. Default: error.' },
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
  summary: 'Lists models with price, caching rule and tokenizer, each with its date and source.',
  options: {
    update: { type: 'boolean', help: 'Download today’s prices (and caching rules) first.' },
    from: { type: 'string', value: 'URL', help: 'Where --update downloads from. Default: the data of genai-prices.' },
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
