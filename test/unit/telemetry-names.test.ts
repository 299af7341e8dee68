/** Names that are read against those that the conventions' own packages export. */
import assert from 'node:assert/strict';
import { OpenInferenceSpanKind, SemanticConventions } from '@arizeai/openinference-semantic-conventions';
import { SpanAttributes } from '@traceloop/ai-semantic-conventions';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { FEEDBACK, FEEDBACK_FIELDS, NAMES, PARAMETERS } from '../../src/core/feedback/logs/otlp/names.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { read, reader, requestOf } from './telemetry-world.ts';

describe('names of the conventions’ own packages', () => {
  const names: readonly string[] = Object.values(NAMES).flat();
  const bare = names.map((name) => name.replace(/\.\*$/, ''));
  it('OpenInference knows every name of its own that is read', () => {
    const known = new Set<string>(Object.values(SemanticConventions));
    const own = bare.filter(
      (name) =>
        /^(llm|retrieval|reranker|input|output|session|prompt|openinference|tool)\./.test(name) &&
        !TRACELOOP_LLM.has(name) &&
        !PYTHON_LLM.has(name),
    );
    assert.ok(own.length > 20);
    assert.deepEqual(
      own.filter((name) => !known.has(name)),
      [],
    );
    for (const { list, item } of FEEDBACK) {
      assert.ok(known.has(list), list);
      for (const field of FEEDBACK_FIELDS) assert.ok(known.has(`${item}.${field}`), field);
    }
  });
  /** OpenLLMetry's names in the same space. */
  const TRACELOOP_LLM = new Set(['llm.request.type', 'llm.request.functions', 'llm.usage.total_tokens']);
  /** Of its Python package alone (opentelemetry-semantic-conventions-ai). */
  const PYTHON_LLM = new Set(['llm.user', 'llm.is_streaming']);
  it('OpenLLMetry knows every name of its own that is read', () => {
    const known = new Set<string>(Object.values(SpanAttributes));
    // Which its JavaScript package does not name: those of prompts, from its Python one.
    const own = [
      ...TRACELOOP_LLM,
      ...bare.filter((name) => name.startsWith('traceloop.') && !/^traceloop\.(prompt|association)\./.test(name)),
    ];
    for (const name of own) assert.ok(known.has(name), name);
    for (const name of Object.keys(PARAMETERS)) assert.ok(name.startsWith('gen_ai.') || known.has(name), name);
    assert.ok(own.length >= 5);
    for (const name of [
      'GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS',
      'GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS',
      'GEN_AI_USAGE_REASONING_TOKENS',
    ] as const)
      assert.ok(names.includes(SpanAttributes[name]), name);
  });
  const first = (given: JsonObject): Interaction => {
    const [line] = reader().take(read(requestOf([{ attributes: given }], 1))).lines;
    assert.ok(line !== undefined && 'interaction' in line);
    return line.interaction;
  };
  it('a span of OpenInference’s constants is read whole', () => {
    const C = SemanticConventions;
    const interaction = first({
      [C.OPENINFERENCE_SPAN_KIND]: OpenInferenceSpanKind.LLM,
      [C.LLM_PROVIDER]: 'openai',
      [C.LLM_MODEL_NAME]: 'm',
      [C.LLM_INVOCATION_PARAMETERS]: '{"top_p":1}',
      [`${C.LLM_INPUT_MESSAGES}.0.${C.MESSAGE_ROLE}`]: 'user',
      [`${C.LLM_INPUT_MESSAGES}.0.${C.MESSAGE_CONTENTS}.0.${C.MESSAGE_CONTENT_TYPE}`]: 'text',
      [`${C.LLM_INPUT_MESSAGES}.0.${C.MESSAGE_CONTENTS}.0.${C.MESSAGE_CONTENT_TEXT}`]: 'Hello',
      [`${C.LLM_INPUT_MESSAGES}.1.${C.MESSAGE_TOOL_CALLS}.0.${C.TOOL_CALL_ID}`]: 'c',
      [`${C.LLM_INPUT_MESSAGES}.1.${C.MESSAGE_TOOL_CALLS}.0.${C.TOOL_CALL_FUNCTION_NAME}`]: 'f',
      [`${C.LLM_INPUT_MESSAGES}.1.${C.MESSAGE_TOOL_CALLS}.0.${C.TOOL_CALL_FUNCTION_ARGUMENTS_JSON}`]: '{}',
      [`${C.LLM_OUTPUT_MESSAGES}.0.${C.MESSAGE_CONTENT}`]: 'Hi',
      [C.LLM_TOKEN_COUNT_PROMPT]: 10,
      [C.LLM_TOKEN_COUNT_COMPLETION]: 4,
      [C.LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ]: 3,
      [C.LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE]: 2,
      [C.LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING]: 1,
      [C.LLM_COST_TOTAL]: 0.5,
      [C.LLM_FINISH_REASON]: 'stop',
      [`${C.LLM_TOOLS}.0.${C.TOOL_JSON_SCHEMA}`]: '{"name":"f","parameters":{}}',
      [C.PROMPT_ID]: 'p',
      [C.PROMPT_TEMPLATE_VERSION]: '1',
      [C.PROMPT_TEMPLATE_VARIABLES]: '{"a":"b"}',
      [C.SESSION_ID]: 's',
      [C.USER_ID]: 'u',
      [`${C.RETRIEVAL_DOCUMENTS}.0.${C.DOCUMENT_CONTENT}`]: 'chunk',
      [`${C.ANNOTATIONS}.0.${C.ANNOTATION_NAME}`]: 'rating',
      [`${C.ANNOTATIONS}.0.${C.ANNOTATION_SCORE}`]: 4,
    });
    const {
      messages,
      tools,
      usage,
      chunks,
      signals,
      id,
      time,
      trace,
      latencyMs,
      action,
      responseId,
      ttftMs,
      error,
      environment,
      triage,
      ...rest
    } = interaction;
    assert.deepEqual([id, time, trace, latencyMs, action, responseId, ttftMs, error, environment, triage].length, 10);
    assert.deepEqual(rest, {
      ...{ conversation: 's', user: 'hash of u', prompt: { name: 'p', version: '1', contentHash: null }, variables: { a: 'b' } },
      ...{ model: 'openai:m', parameters: { top_p: 1 }, output: 'Hi', finish: 'stop', costUsd: 0.5 },
    });
    assert.equal(messages.length, 2);
    assert.deepEqual(tools, [{ type: 'function', function: { name: 'f', parameters: {} } }]);
    assert.deepEqual(usage, { input: 10, cacheRead: 3, cacheWriteShort: 2, cacheWriteLong: 0, output: 4, reasoning: 1 });
    assert.deepEqual([chunks[0]?.text, signals[0]?.value], ['chunk', 4]);
  });
  it('a span of OpenLLMetry’s constants is read whole', () => {
    const S = SpanAttributes;
    const { usage, parameters, conversation, tools } = first({
      [S.LLM_REQUEST_TYPE]: 'chat',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 9,
      [S.GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: 50,
      [S.GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS]: 20,
      [S.GEN_AI_USAGE_REASONING_TOKENS]: 3,
      [S.LLM_TOP_K]: 5,
      [S.LLM_FREQUENCY_PENALTY]: 1,
      [S.LLM_PRESENCE_PENALTY]: 2,
      [S.LLM_CHAT_STOP_SEQUENCES]: ['x'],
      [`${S.LLM_REQUEST_FUNCTIONS}.0.name`]: 'f',
      [`${S.TRACELOOP_ASSOCIATION_PROPERTIES}.session_id`]: 's',
    });
    assert.deepEqual(usage, { input: 100, cacheRead: 50, cacheWriteShort: 20, cacheWriteLong: 0, output: 9, reasoning: 3 });
    assert.deepEqual(parameters, { top_k: 5, frequency_penalty: 1, presence_penalty: 2, stop: ['x'] });
    assert.deepEqual([conversation, tools.length], ['s', 1]);
  });
});
