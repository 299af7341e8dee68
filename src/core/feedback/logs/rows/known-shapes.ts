/** Rows as known tools export them, by keys that only they have together. Their documentation and clients are the source; no export of any was at hand. */
import type { MappedField, MappedSignal, Target } from './mapping.ts';

export interface KnownShape {
  readonly name: string;
  /** Paths that a row of it has. */
  readonly needs: readonly string[];
  /** Where several are given, the first that is there. Of times and costs without a unit: ms and USD. */
  readonly fields: Partial<Record<Target, string | MappedField | readonly string[]>>;
  readonly signals: readonly MappedSignal[];
  /** Whether columns that it does not name are looked for by their names. */
  readonly isOpen: boolean;
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
    needs: ['run_type', 'trace_id', 'inputs'],
    fields: {
      id: 'id',
      time: 'start_time',
      endTime: 'end_time',
      input: ['inputs.messages', 'inputs'],
      output: 'outputs',
      error: 'error',
      model: ['extra.metadata.ls_model_name', 'extra.invocation_params.model'],
      provider: 'extra.metadata.ls_provider',
      parameters: 'extra.invocation_params',
      inputTokens: 'prompt_tokens',
      cacheReadTokens: 'prompt_token_details.cache_read',
      outputTokens: 'completion_tokens',
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
    needs: ['root_span_id', 'input', 'metrics'],
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
