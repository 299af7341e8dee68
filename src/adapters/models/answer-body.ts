/** ModelResponse → the body, or the events, in which a provider would have sent it. */
import { parseJson, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { ModelResponse } from '../../core/run/model-request.ts';
import type { Usage } from '../../core/economics/usage.ts';
import type { BodyFormat } from './asked-before.ts';

export interface AnswerHead {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
}

export function answerBody(format: BodyFormat, head: AnswerHead, response: ModelResponse): JsonObject {
  if (format === 'chat') return chatCompletion(head, response);
  return format === 'messages' ? message(head, response) : responseObject(head, response);
}

/** `withUsage`: the request asked for usage in its stream. As text of `text/event-stream`. */
export function answerEvents(format: BodyFormat, head: AnswerHead, response: ModelResponse, withUsage: boolean): string {
  const events =
    format === 'chat'
      ? chatEvents(head, response, withUsage)
      : format === 'messages'
        ? messageEvents(head, response)
        : responseEvents(head, response);
  const named = events.map(
    (event) => `${typeof event['type'] === 'string' ? `event: ${event['type']}\n` : ''}data: ${JSON.stringify(event)}\n\n`,
  );
  return `${named.join('')}${format === 'chat' ? 'data: [DONE]\n\n' : ''}`;
}

function chatCompletion({ id, model, created }: AnswerHead, response: ModelResponse): JsonObject {
  const choice = { index: 0, message: chatMessage(response), logprobs: null, finish_reason: chatFinish(response) };
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [choice],
    ...usageField(openaiUsage(response.usage, 'prompt', 'completion')),
  };
}

function chatMessage({ output, finish, toolCalls }: ModelResponse): JsonObject {
  const calls = toolCalls.map(({ id, name, arguments: text }) => ({ id: id ?? '', type: 'function', function: { name, arguments: text } }));
  const isRefusal = finish === 'refusal';
  return {
    role: 'assistant',
    content: isRefusal || (output === '' && calls.length > 0) ? null : output,
    refusal: isRefusal ? output : null,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/** A refusal ends with `stop` in this protocol; its text is in `refusal`. */
const chatFinish = ({ finish }: ModelResponse): string => (finish === null || finish === 'refusal' ? 'stop' : finish.replace('-', '_'));

function chatEvents(head: AnswerHead, response: ModelResponse, withUsage: boolean): JsonObject[] {
  const { id, model, created } = head;
  const { tool_calls: calls, ...said } = chatMessage(response);
  const indexed = Array.isArray(calls) ? { tool_calls: calls.map((call, index) => ({ index, ...(call as JsonObject) })) } : {};
  const chunk = (choices: JsonValue[], rest: JsonObject = {}): JsonObject => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices,
    ...rest,
  });
  return [
    chunk([{ index: 0, delta: { ...said, ...indexed }, finish_reason: null }]),
    chunk([{ index: 0, delta: {}, finish_reason: chatFinish(response) }]),
    ...(withUsage ? [chunk([], usageField(openaiUsage(response.usage, 'prompt', 'completion')))] : []),
  ];
}

function responseObject({ id, model, created }: AnswerHead, response: ModelResponse): JsonObject {
  const isCut = response.finish === 'length' || response.finish === 'content-filter';
  return {
    id,
    object: 'response',
    created_at: created,
    model,
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: response.finish === 'length' ? 'max_output_tokens' : 'content_filter' } : null,
    error: null,
    output: responseItems(id, response),
    ...usageField(openaiUsage(response.usage, 'input', 'output')),
  };
}

function responseItems(id: string, { output, finish, toolCalls, reasoning = [] }: ModelResponse): JsonObject[] {
  const part = finish === 'refusal' ? { type: 'refusal', refusal: output } : { type: 'output_text', text: output, annotations: [] };
  const said = { type: 'message', id: `${id}_message`, role: 'assistant', status: 'completed', content: [part] };
  const calls = toolCalls.map(({ id: call, name, arguments: text }, i) => ({
    type: 'function_call',
    id: `${id}_call_${i}`,
    call_id: call ?? '',
    name,
    arguments: text,
    status: 'completed',
  }));
  return [...reasoning, ...(output === '' && calls.length > 0 ? [] : [said]), ...calls];
}

function responseEvents(head: AnswerHead, response: ModelResponse): JsonObject[] {
  const whole = responseObject(head, response);
  const items = responseItems(head.id, response).flatMap((item, output_index): JsonObject[] => {
    const done = { type: 'response.output_item.done', output_index, item };
    const added = { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', ...emptied(item) } };
    const place = { output_index, item_id: item['id'] ?? '' };
    const [part] = (item['content'] ?? []) as JsonObject[];
    if (item['type'] === 'function_call')
      return [added, { type: 'response.function_call_arguments.delta', ...place, delta: item['arguments'] ?? '' }, done];
    if (item['type'] !== 'message' || part === undefined) return [added, done];
    const isRefusal = part['type'] === 'refusal';
    const at = { ...place, content_index: 0 };
    const empty = isRefusal ? { ...part, refusal: '' } : { ...part, text: '' };
    return [
      added,
      { type: 'response.content_part.added', ...at, part: empty },
      {
        type: isRefusal ? 'response.refusal.delta' : 'response.output_text.delta',
        ...at,
        delta: (isRefusal ? part['refusal'] : part['text']) ?? '',
      },
      { type: 'response.content_part.done', ...at, part },
      done,
    ];
  });
  const created = { type: 'response.created', response: { ...whole, status: 'in_progress', output: [], incomplete_details: null } };
  const ended = { type: whole['status'] === 'completed' ? 'response.completed' : 'response.incomplete', response: whole };
  return [created, ...items, ended].map((event, sequence_number) => ({ ...event, sequence_number }));
}

const emptied = ({ type }: JsonObject): JsonObject =>
  type === 'message' ? { content: [] } : type === 'function_call' ? { arguments: '' } : {};

const STOPS: Readonly<Record<string, string>> = {
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  refusal: 'refusal',
  'content-filter': 'refusal',
};

function message({ id, model }: AnswerHead, response: ModelResponse): JsonObject {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: messageBlocks(response),
    stop_reason: STOPS[response.finish ?? ''] ?? 'end_turn',
    stop_sequence: null,
    usage: anthropicUsage(response.usage),
  };
}

function messageBlocks({ output, toolCalls, reasoning = [] }: ModelResponse): JsonObject[] {
  const calls = toolCalls.map(({ id, name, arguments: text }) => ({ type: 'tool_use', id: id ?? '', name, input: parseJson(text) ?? {} }));
  return [...reasoning, ...(output === '' && calls.length > 0 ? [] : [{ type: 'text', text: output }]), ...calls];
}

function messageEvents(head: AnswerHead, response: ModelResponse): JsonObject[] {
  const { content, stop_reason, usage, ...rest } = message(head, response);
  const blocks = (content as JsonObject[]).flatMap((block, index): JsonObject[] => {
    const [start, delta] = blockEvents(block);
    return [
      { type: 'content_block_start', index, content_block: start },
      ...(delta === null ? [] : [{ type: 'content_block_delta', index, delta }]),
      { type: 'content_block_stop', index },
    ];
  });
  return [
    { type: 'message_start', message: { ...rest, content: [], stop_reason: null, usage: usage ?? null } },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason: stop_reason ?? null, stop_sequence: null }, usage: usage ?? null },
    { type: 'message_stop' },
  ];
}

/** How a block begins, and what it then gets; null: it begins whole. */
function blockEvents(block: JsonObject): [JsonObject, JsonObject | null] {
  if (block['type'] === 'text')
    return [
      { type: 'text', text: '' },
      { type: 'text_delta', text: block['text'] ?? '' },
    ];
  if (block['type'] === 'tool_use')
    return [
      { ...block, input: {} },
      { type: 'input_json_delta', partial_json: JSON.stringify(block['input'] ?? {}) },
    ];
  return [block, null];
}

const usageField = (usage: JsonObject | null): JsonObject => (usage === null ? {} : { usage });

function openaiUsage(usage: Usage | null, input: string, output: string): JsonObject | null {
  if (usage === null) return null;
  return {
    [`${input}_tokens`]: usage.input,
    [`${output}_tokens`]: usage.output,
    total_tokens: usage.input + usage.output,
    [`${input}_tokens_details`]: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWriteShort + usage.cacheWriteLong },
    [`${output}_tokens_details`]: { reasoning_tokens: usage.reasoning },
  };
}

/** Its input leaves out what was read from and written to the cache. */
function anthropicUsage(usage: Usage | null): JsonObject {
  if (usage === null) return { input_tokens: 0, output_tokens: 0 };
  const written = usage.cacheWriteShort + usage.cacheWriteLong;
  return {
    input_tokens: usage.input - usage.cacheRead - written,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation_input_tokens: written,
    output_tokens: usage.output,
  };
}
