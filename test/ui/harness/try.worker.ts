/** The extension's side of the playground in a web worker: a prompt with a field of each kind, and models that answer what the test says. */
import { openChannel } from '../../../src/protocol/channel.ts';
import type {
  KeptTry,
  PickedFile,
  RenderedTry,
  TryAnswer,
  TryFollowUp,
  TryHost,
  TryInput,
  TryPage,
  TryPrompt,
  TryRequest,
} from '../../../src/protocol/try.ts';

declare const self: { onmessage: ((event: { data: unknown }) => void) | null; postMessage(message: unknown): void };

/** What a test tells the host. */
export type TryCommand =
  /** What a model answers from now on, by its name; `pieces`: as it streams, and then waits until it is told to end. */
  | { readonly command: 'answer'; readonly model: string; readonly pieces: readonly string[]; readonly answer: Partial<TryAnswer> }
  | { readonly command: 'end' }
  | { readonly command: 'prompt'; readonly prompt: Partial<TryPrompt> }
  | { readonly command: 'kept'; readonly tries: readonly KeptTry[] };

const SYSTEM = 'You sort support tickets of a shop.\nReply with JSON: a label and a priority.';
const field = (name: string, kind: TryPrompt['fields'][number]['kind'], more: Partial<TryPrompt['fields'][number]> = {}) => ({
  name,
  kind,
  choices: [],
  required: false,
  description: null,
  ...more,
});
let prompt: TryPrompt = {
  name: 'triage/triage.prompt',
  version: '3a914c02',
  problem: null,
  fields: [
    field('ticket', 'text', { required: true, description: 'What the customer wrote.' }),
    field('tier', 'choice', { choices: ['free', 'paid'] }),
    field('age', 'number', { description: 'Days since the purchase.' }),
    field('urgent', 'boolean'),
    field('order', 'json'),
    field('photo', 'media'),
  ],
  model: 'scripted:./triage.scripted.yaml',
  input: { values: { tier: 'free' } },
  cases: [
    { id: 'refund-late', title: 'I bought this 45 days ago' },
    { id: 'broken', title: 'It broke after a day' },
  ],
  interactions: [{ id: '8f2c', title: 'Where is my parcel?' }],
  tools: ['find_order'],
};
const answers = new Map<string, { readonly pieces: readonly string[]; readonly answer: Partial<TryAnswer> }>();
let tries: readonly KeptTry[] = [];
/** What was answered in this test. */
const stored = new Map<string, KeptTry>();
const models = new Map<string, string>();
/** Answers that wait until the test ends them. */
let open: (() => void)[] = [];
/** What the page has called, for the test to look at. */
const calls: unknown[] = [];
let listener: (message: unknown) => void = () => undefined;

const pageOf = openChannel<TryHost, TryPage>(
  {
    post: (message) => self.postMessage({ page: message }),
    listen: (take) => {
      listener = take;
      return () => undefined;
    },
  },
  {
    ready: () => prompt,
    render: (input) => rendered(input),
    send: (request) => send(request),
    followUp: (request) => followUp(request),
    answerTool: (result) => {
      calls.push({ method: 'answerTool', ...result });
      if (result.call === 0) begin(result.lane, { toolCalls: [], text: `The tool said ${result.result}.` });
      return null;
    },
    stop: () => {
      open = [];
      return null;
    },
    fill: ({ from, id }) => ({ values: { ticket: `${from} ${id}`, tier: 'paid' } }),
    pickFile: () => file('picked.png'),
    dropFile: ({ name, base64 }) => ({ ...file(name), bytes: atob(base64).length }),
    models: () => [
      {
        title: 'This prompt and goldset.yaml',
        models: [{ id: 'scripted:./triage.scripted.yaml', note: null, efforts: [] }],
      },
      {
        title: 'openai, no key',
        models: ['gpt-6-luna', 'gpt-6-sol'].map((id) => ({ id: `openai:${id}`, note: 'Needs a key.', efforts: ['low', 'medium', 'high'] })),
      },
    ],
    keep: (args) => {
      calls.push({ method: 'keep', ...args });
      return { case: 'case-66', file: 'triage/triage.golden.yaml' };
    },
    copyAs: (args) => {
      calls.push({ method: 'copyAs', ...args });
      return null;
    },
    history: ({ search, from, count }) => {
      const found = tries.map(({ summary }) => summary).filter(({ title, preview }) => `${title}\n${preview}`.includes(search));
      return { total: found.length, tries: found.slice(from, from + count) };
    },
    openTry: ({ id }) => {
      const found = tries.find(({ summary }) => summary.id === id);
      if (found !== undefined) return found;
      const sent = stored.get(id);
      if (sent === undefined) throw new Error('This try is no longer stored.');
      return { ...sent, answer: { ...sent.answer, lane: `kept:${id}` } };
    },
    act: (args) => {
      calls.push({ method: 'act', ...args });
      return null;
    },
  },
);

const file = (name: string): PickedFile => ({ value: `photos/${name}`, name, type: 'image/png', bytes: 48_213 });

function rendered({ values }: TryInput): RenderedTry {
  calls.push({ method: 'render', values });
  const ticket = values['ticket'] ?? '';
  return {
    messages: [
      { role: 'system', pieces: [{ text: SYSTEM, isPrefix: true, variable: null }] },
      {
        role: 'user',
        pieces: [
          { text: 'Ticket: ', isPrefix: true, variable: null },
          { text: ticket, isPrefix: false, variable: 'ticket' },
          { text: `\nTier: ${values['tier'] ?? ''}`, isPrefix: false, variable: null },
        ],
      },
    ],
    problems: [
      ...(ticket === '' ? [{ field: 'ticket', message: 'A value is required.' }] : []),
      ...(Number.isNaN(Number(values['age'] ?? '0')) ? [{ field: 'age', message: 'This is not a number.' }] : []),
    ],
    tokens: { input: 24 + Math.ceil(ticket.length / 4), cacheable: 20, minimum: 1024, basis: 'exact' },
    inputCostUsd: 0.000_012,
  };
}

function send(request: TryRequest): null {
  calls.push({ method: 'send', values: request.values, lanes: request.lanes.map(({ model, effort }) => ({ model, effort })) });
  for (const { id, model } of request.lanes) {
    models.set(id, model);
    begin(id, {});
  }
  return null;
}

function followUp(request: TryFollowUp): null {
  calls.push({ method: 'followUp', history: request.history, text: request.text });
  begin(request.lane, { text: `You said: ${request.text}` });
  return null;
}

/** Streams what the model has to say, and ends it now or when the test says so. */
function begin(lane: string, own: Partial<TryAnswer>): void {
  const scripted = answers.get(models.get(lane) ?? '');
  for (const [i, text] of (own.text === undefined ? (scripted?.pieces ?? []) : []).entries())
    pageOf.tell('streamed', { lane, text, thinking: '', ttftMs: i === 0 ? 120 : null });
  const answer: TryAnswer = {
    lane,
    text: '{"label":"refund","priority":"normal"}',
    thinking: '',
    format: 'json',
    toolCalls: [],
    schema: null,
    finish: 'stop',
    source: 'scripted',
    tokens: { input: 31, cacheRead: 0, output: 12, reasoning: null, basis: 'estimated' },
    costUsd: 0.000_032,
    wouldCost: true,
    ttftMs: 120,
    latencyMs: 480,
    sentWithout: [],
    problem: null,
    id: `try-${calls.length}-${lane}`,
    ...scripted?.answer,
    ...(own.text === undefined ? {} : { format: 'text' as const }),
    ...own,
  };
  const end = (): void => {
    const summary = {
      id: answer.id,
      at: '2026-11-20T09:00:00.000Z',
      model: models.get(lane) ?? '',
      version: '3a914c02',
      title: '',
      preview: '',
      costUsd: null,
    };
    stored.set(answer.id, {
      summary,
      lane: { id: `kept:${answer.id}`, model: summary.model, effort: null },
      input: { values: {} },
      turns: [],
      answer,
    });
    pageOf.tell('answered', answer);
  };
  if (own.text === undefined && (scripted?.pieces.length ?? 0) > 0) open.push(end);
  else end();
}

self.onmessage = ({ data }) => {
  const message = data as { host?: TryCommand | { command: 'calls' }; page?: unknown };
  if (message.page !== undefined) listener(message.page);
  const told = message.host;
  if (told === undefined) return;
  if (told.command === 'answer') answers.set(told.model, told);
  if (told.command === 'end') {
    for (const end of open) end();
    open = [];
  }
  if (told.command === 'prompt') {
    prompt = { ...prompt, ...told.prompt };
    pageOf.tell('changed', prompt);
  }
  if (told.command === 'kept') tries = told.tries;
  self.postMessage({ done: true, result: told.command === 'calls' ? calls : null });
};
