/** Rows as known tools export them, by keys that only they have together. Their documentation and clients are the source, where no export is named. */
import type { MappedField, MappedSignal, RowCondition, Target } from './mapping.ts';

export interface KnownShape {
  readonly name: string;
  /** Paths that a row of it has. */
  readonly needs: readonly string[];
  /** Where several are given, the first that is there. Of times and costs without a unit: ms and USD. */
  readonly fields: Partial<Record<Target, string | MappedField | readonly string[]>>;
  readonly signals: readonly MappedSignal[];
  /** Whether columns that it does not name are looked for by their names. */
  readonly isOpen: boolean;
  /** Rows that are calls; absent: all. */
  readonly only?: RowCondition;
  /** A column with rows of the same kind. */
  readonly children?: string;
}

const seconds = (from: string): MappedField => ({ from, unit: 's' });

export const KNOWN_SHAPES: readonly KnownShape[] = [
  {
    name: 'Helicone',
    needs: ['request_created_at', 'request_body'],
    fields: {
      id: 'request_id',
      time: 'request_created_at',
      input: 'request_body.messages',
      output: ['response_body.choices', 'response_body.content', 'response_body'],
      model: ['request_model', 'model', 'request_body.model', 'response_model'],
      provider: 'provider',
      tools: 'request_body.tools',
      usage: 'response_body.usage',
      inputTokens: 'prompt_tokens',
      cacheReadTokens: 'prompt_cache_read_tokens',
      outputTokens: 'completion_tokens',
      cost: ['cost_usd', 'costUSD', 'cost'],
      latency: 'delay_ms',
      ttft: 'time_to_first_token',
      user: 'request_user_id',
      conversation: 'request_properties.Helicone-Session-Id',
      promptName: ['prompt_id', 'request_properties.Helicone-Prompt-Id'],
      finish: 'response_body.choices.0.finish_reason',
      responseId: 'response_body.id',
    },
    signals: [
      { from: 'feedback_rating', name: 'thumb' },
      { from: 'scores', name: null },
    ],
    isOpen: false,
  },
  {
    name: 'LangSmith',
    needs: ['run_type', 'start_time', 'inputs'],
    only: { from: 'run_type', values: ['llm'] },
    children: 'child_runs',
    fields: {
      id: 'id',
      time: 'start_time',
      endTime: 'end_time',
      input: ['inputs.messages', 'inputs.prompts.0', 'inputs'],
      output: 'outputs',
      error: 'error',
      model: [
        'extra.metadata.ls_model_name',
        'extra.invocation_params.model',
        'extra.invocation_params.model_name',
        'serialized.kwargs.model',
      ],
      provider: 'extra.metadata.ls_provider',
      parameters: 'extra.invocation_params',
      usage: [
        ...['outputs.llm_output.token_usage', 'outputs.llm_output.usage', 'outputs.usage_metadata', 'outputs.usage'],
        ...['outputs.generations.0.0.message.kwargs.usage_metadata', 'outputs.generations.0.0.message.usage_metadata'],
      ],
      inputTokens: ['prompt_tokens', 'outputs.llmOutput.tokenUsage.promptTokens'],
      cacheReadTokens: 'prompt_token_details.cache_read',
      outputTokens: ['completion_tokens', 'outputs.llmOutput.tokenUsage.completionTokens'],
      cost: 'total_cost',
      trace: 'trace_id',
      conversation: ['thread_id', 'extra.metadata.session_id', 'extra.metadata.thread_id'],
      user: ['extra.metadata.user_id'],
      promptName: 'extra.metadata.lc_hub_repo',
      promptVersion: 'extra.metadata.lc_hub_commit_hash',
    },
    signals: [],
    isOpen: false,
  },
  {
    name: 'Braintrust',
    needs: ['root_span_id', 'metrics'],
    only: { from: 'span_attributes.type', values: ['llm'] },
    fields: {
      id: 'id',
      time: ['metrics.start', 'created'],
      endTime: 'metrics.end',
      input: 'input',
      output: 'output',
      error: 'error',
      model: 'metadata.model',
      inputTokens: 'metrics.prompt_tokens',
      cacheReadTokens: 'metrics.prompt_cached_tokens',
      outputTokens: 'metrics.completion_tokens',
      ttft: seconds('metrics.time_to_first_token'),
      cost: 'metrics.estimated_cost',
      trace: 'root_span_id',
      user: 'metadata.user_id',
      conversation: 'metadata.session_id',
    },
    signals: [
      { from: 'scores', name: null },
      { from: 'expected', name: 'correction' },
    ],
    isOpen: false,
  },
  {
    // docs.aws.amazon.com, Model invocation logging.
    name: 'Bedrock’s invocation logs',
    needs: ['modelId', 'input.inputBodyJson', 'operation'],
    fields: {
      id: 'requestId',
      time: 'timestamp',
      input: 'input.inputBodyJson',
      output: 'output.outputBodyJson',
      error: 'errorCode',
      model: 'modelId',
      parameters: 'input.inputBodyJson.inferenceConfig',
      usage: 'output.outputBodyJson.usage',
      inputTokens: 'input.inputTokenCount',
      cacheReadTokens: 'input.cacheReadInputTokenCount',
      outputTokens: 'output.outputTokenCount',
    },
    signals: [],
    isOpen: false,
  },
  {
    // docs.litellm.ai, StandardLoggingPayload; times are seconds, as Python has them.
    name: 'LiteLLM',
    needs: ['call_type', 'startTime', 'response_cost', 'model'],
    fields: {
      id: 'id',
      time: 'startTime',
      endTime: 'endTime',
      input: 'messages',
      output: 'response',
      error: ['error_information.error_message', 'error_str'],
      model: 'model',
      provider: 'custom_llm_provider',
      parameters: 'model_parameters',
      tools: 'model_parameters.tools',
      usage: ['response.usage', 'metadata.usage_object'],
      inputTokens: 'prompt_tokens',
      outputTokens: 'completion_tokens',
      totalTokens: 'total_tokens',
      cost: 'response_cost',
      latency: seconds('response_time'),
      trace: 'trace_id',
      conversation: ['metadata.requester_metadata.session_id', 'session_id'],
      user: ['end_user', 'metadata.user_api_key_end_user_id', 'metadata.user_api_key_user_id'],
      responseId: 'response.id',
      operation: 'call_type',
    },
    signals: [],
    isOpen: false,
  },
  {
    // The table LiteLLM_SpendLogs: texts are there only where they are switched on.
    name: 'LiteLLM’s spend logs',
    needs: ['request_id', 'call_type', 'spend', 'startTime'],
    fields: {
      id: 'request_id',
      time: 'startTime',
      endTime: 'endTime',
      input: ['messages', 'proxy_server_request'],
      output: 'response',
      model: 'model',
      provider: 'custom_llm_provider',
      inputTokens: 'prompt_tokens',
      outputTokens: 'completion_tokens',
      totalTokens: 'total_tokens',
      cost: 'spend',
      conversation: 'session_id',
      user: ['end_user', 'user'],
      operation: 'call_type',
    },
    signals: [],
    isOpen: false,
  },
  {
    name: 'Phoenix',
    needs: ['context.span_id', 'attributes.llm.model_name'],
    fields: {
      id: 'context.span_id',
      time: 'start_time',
      endTime: 'end_time',
      input: ['attributes.llm.input_messages', 'attributes.input.value'],
      output: ['attributes.llm.output_messages', 'attributes.output.value'],
      error: 'status_message',
      model: 'attributes.llm.model_name',
      provider: 'attributes.llm.provider',
      parameters: 'attributes.llm.invocation_parameters',
      variables: 'attributes.llm.prompt_template.variables',
      promptVersion: 'attributes.llm.prompt_template.version',
      inputTokens: 'attributes.llm.token_count.prompt',
      totalTokens: 'attributes.llm.token_count.total',
      cacheReadTokens: 'attributes.llm.token_count.prompt_details.cache_read',
      outputTokens: 'attributes.llm.token_count.completion',
      cost: 'attributes.llm.cost.total',
      trace: 'context.trace_id',
      conversation: 'attributes.session.id',
      user: 'attributes.user.id',
    },
    signals: [],
    isOpen: false,
  },
  {
    name: 'OpenAI’s chat completions',
    needs: ['messages', 'choices.0.message'],
    fields: completion('', ''),
    signals: [],
    isOpen: true,
  },
  {
    name: 'requests and responses of OpenAI’s chat completions',
    needs: ['request.messages', 'response.choices.0.message'],
    fields: completion('request.', 'response.'),
    signals: [],
    isOpen: true,
  },
  {
    name: 'requests and responses of Anthropic’s messages',
    needs: ['request.messages', 'response.content.0', 'response.usage.input_tokens'],
    fields: {
      id: ['id', 'response.id'],
      input: 'request.messages',
      system: 'request.system',
      tools: 'request.tools',
      output: 'response.content',
      model: ['response.model', 'request.model'],
      usage: 'response.usage',
      finish: 'response.stop_reason',
      responseId: 'response.id',
    },
    signals: [],
    isOpen: true,
  },
];

function completion(request: string, response: string): KnownShape['fields'] {
  return {
    input: `${request}messages`,
    tools: `${request}tools`,
    output: `${response}choices`,
    model: [`${request}model`, `${response}model`],
    time: [`${response}created`, 'created', 'timestamp', 'time'],
    usage: [`${response}usage`, `${response}choices.0.usage`, `${response}x_groq.usage`],
    finish: `${response}choices.0.finish_reason`,
    id: ['id', `${response}id`],
    responseId: `${response}id`,
  };
}
