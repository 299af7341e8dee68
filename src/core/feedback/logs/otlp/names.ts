/**
 * Under which names instrumentations say a thing, the newest first: the first that is present wins. OpenTelemetry's GenAI conventions of
 * three generations, OpenInference, OpenLLMetry (Traceloop), Langfuse, the AI SDK of Vercel. `NAME.*` are flattened below that name.
 */
export const NAMES = {
  operation: ['gen_ai.operation.name'],
  openInferenceKind: ['openinference.span.kind'],
  traceloopKind: ['traceloop.span.kind'],
  /** What OpenLLMetry says of a call of a model: chat or completion. */
  requestType: ['llm.request.type'],
  langfuseType: ['langfuse.observation.type'],
  vercelOperation: ['ai.operationId'],
  actionType: ['goldset.action.type', 'traceloop.association.properties.goldset.action.type'],
  actionId: ['goldset.action.id', 'traceloop.association.properties.goldset.action.id'],
  contentHash: ['goldset.prompt.hash'],
  promptName: ['gen_ai.prompt.name', 'langfuse.observation.prompt.name', 'traceloop.prompt.key', 'prompt.id'],
  /** What stands for it where none is named: the application's function or agent. */
  functionName: ['ai.telemetry.functionId', 'gen_ai.agent.name'],
  promptVersion: [
    ...['gen_ai.prompt.version', 'langfuse.observation.prompt.version', 'llm.prompt_template.version'],
    ...['traceloop.prompt.version', 'prompt.url'],
  ],
  variables: ['llm.prompt_template.variables', 'traceloop.prompt.template_variables'],
  flatVariables: ['gen_ai.prompt.variable.*', 'traceloop.prompt.template_variables.*'],
  /** Where the request went. */
  server: ['server.address', 'gen_ai.openai.api_base', 'url.full'],
  provider: ['gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider'],
  model: [
    ...['gen_ai.request.model', 'llm.request.model_name', 'gen_ai.response.model', 'llm.response.model_name'],
    ...['llm.model_name', 'langfuse.observation.model.name', 'ai.model.id', 'embedding.model_name'],
  ],
  parameters: ['goldset.parameters', 'llm.invocation_parameters', 'langfuse.observation.model.parameters'],
  responseModel: ['gen_ai.response.model', 'llm.response.model_name', 'ai.response.model'],
  systemFingerprint: [
    ...['openai.response.system_fingerprint', 'gen_ai.openai.response.system_fingerprint', 'gen_ai.response.system_fingerprint'],
    ...['gen_ai.openai.system_fingerprint', 'gen_ai.system_fingerprint'],
  ],
  serviceTier: ['openai.response.service_tier', 'gen_ai.openai.response.service_tier', 'gen_ai.response.service_tier'],
  /** Requests that were sent for the answer. */
  attempts: ['goldset.attempts'],
  /** Requests beside the first. */
  retries: ['http.request.resend_count', 'gen_ai.request.retry_count', 'litellm.attempted_retries'],
  /** Whether the answer came in pieces. */
  isStream: ['gen_ai.request.stream', 'gen_ai.is_streaming', 'llm.is_streaming', 'ai.settings.stream'],
  /** What our own spans say beside the conventions, as JSON where it is not a text or a number. */
  ownId: ['goldset.interaction.id'],
  ownUser: ['goldset.user.hash'],
  ownServed: ['goldset.served'],
  ownPrice: ['goldset.price'],
  ownCost: ['goldset.cost.usd'],
  ownOperation: ['goldset.operation.type'],
  ownOperationName: ['goldset.operation.name'],
  /** Of an exported record: its fields that the rest of the span does not say exactly, and what became known of it later. */
  ownRecord: ['goldset.record'],
  ownFollowUps: ['goldset.follow_ups'],
  system: ['gen_ai.system_instructions'],
  /** JSON of messages, or a text. */
  input: ['gen_ai.input.messages', 'ai.prompt.messages', 'langfuse.observation.input', 'traceloop.entity.input', 'input.value'],
  flatInput: ['llm.input_messages.*', 'gen_ai.prompt.*'],
  plainInput: ['gen_ai.prompt'],
  output: [
    ...['gen_ai.output.messages', 'langfuse.observation.output', 'traceloop.entity.output', 'output.value'],
    ...['ai.response.text', 'ai.response.object'],
  ],
  flatOutput: ['llm.output_messages.*', 'gen_ai.completion.*'],
  plainOutput: ['gen_ai.completion'],
  /** Calls of tools of an answer, beside its text. */
  outputCalls: ['ai.response.toolCalls'],
  tools: ['gen_ai.tool.definitions', 'ai.prompt.tools'],
  flatTools: ['llm.tools.*', 'llm.request.functions.*'],
  inputTokens: [
    ...['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt'],
    ...['ai.usage.inputTokens', 'ai.usage.promptTokens'],
  ],
  outputTokens: [
    ...['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion'],
    ...['ai.usage.outputTokens', 'ai.usage.completionTokens'],
  ],
  cacheRead: [
    ...['gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens', 'llm.token_count.prompt_details.cache_read'],
    'llm.token_count.prompt_details.cache_input',
    ...['gen_ai.usage.input_tokens.cached', 'ai.usage.cachedInputTokens', 'ai.usage.inputTokenDetails.cacheReadTokens'],
  ],
  cacheWrite: [
    ...['gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_creation_input_tokens'],
    ...['llm.token_count.prompt_details.cache_write', 'gen_ai.usage.input_tokens.cache_write'],
    'ai.usage.inputTokenDetails.cacheWriteTokens',
  ],
  reasoning: [
    ...['gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens', 'llm.token_count.completion_details.reasoning'],
    ...['ai.usage.reasoningTokens', 'ai.usage.outputTokenDetails.reasoningTokens'],
  ],
  totalTokens: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens', 'llm.token_count.total', 'ai.usage.totalTokens'],
  usageDetails: ['langfuse.observation.usage_details'],
  /** As providers report it, field by field. */
  usage: 'gen_ai.usage.',
  costTotal: ['llm.cost.total', 'gen_ai.cost.total_cost'],
  costInput: ['llm.cost.prompt'],
  costOutput: ['llm.cost.completion'],
  costDetails: ['langfuse.observation.cost_details'],
  finish: ['gen_ai.response.finish_reasons', 'gen_ai.response.finish_reason', 'llm.finish_reason', 'ai.response.finishReason'],
  responseId: ['gen_ai.response.id', 'ai.response.id'],
  /** Seconds. */
  firstChunkSeconds: ['gen_ai.response.time_to_first_chunk', 'gen_ai.client.operation.time_to_first_chunk'],
  /** ms. */
  firstChunkMs: ['ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'],
  /** ISO 8601. */
  firstChunkAt: ['langfuse.observation.completion_start_time'],
  conversation: [
    ...['gen_ai.conversation.id', 'session.id', 'langfuse.session.id'],
    ...['traceloop.association.properties.session_id', 'traceloop.association.properties.conversation_id'],
  ],
  user: [
    'user.id',
    'enduser.id',
    'langfuse.user.id',
    'langfuse.trace.user_id',
    'traceloop.association.properties.user_id',
    'llm.user',
    'gen_ai.user',
  ],
  documents: ['gen_ai.retrieval.documents'],
  flatDocuments: ['reranker.output_documents.*', 'retrieval.documents.*'],
  errorType: ['error.type'],
  environment: ['deployment.environment.name', 'deployment.environment', 'langfuse.environment'],
  toolName: ['gen_ai.tool.name', 'tool.name', 'traceloop.entity.name'],
  /** What a tool returned: JSON, or a text. */
  toolResult: [
    ...['gen_ai.tool.call.result', 'ai.toolCall.result', 'langfuse.observation.output'],
    ...['traceloop.entity.output', 'output.value'],
  ],
  evaluationName: ['gen_ai.evaluation.name'],
  evaluationScore: ['gen_ai.evaluation.score.value'],
  evaluationLabel: ['gen_ai.evaluation.score.label'],
  evaluationNote: ['gen_ai.evaluation.explanation'],
  /** OpenTelemetry says neither who judged nor how; what Goldset writes does. */
  signalKind: ['goldset.signal.kind'],
  signalAnnotator: ['goldset.signal.annotator'],
  signalBy: ['goldset.signal.by'],
  signalRetracted: ['goldset.signal.retracted'],
} as const satisfies Readonly<Record<string, readonly string[] | string>>;

/** Parameters of a request by what OpenAI's chat calls them. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  'gen_ai.request.max_tokens': 'max_tokens',
  'gen_ai.request.temperature': 'temperature',
  'gen_ai.request.top_p': 'top_p',
  'gen_ai.request.top_k': 'top_k',
  'llm.top_k': 'top_k',
  'gen_ai.request.frequency_penalty': 'frequency_penalty',
  'llm.frequency_penalty': 'frequency_penalty',
  'gen_ai.request.presence_penalty': 'presence_penalty',
  'llm.presence_penalty': 'presence_penalty',
  'gen_ai.request.stop_sequences': 'stop',
  'llm.chat.stop_sequences': 'stop',
  'gen_ai.request.seed': 'seed',
  'gen_ai.request.choice.count': 'n',
  'gen_ai.request.reasoning.level': 'reasoning_effort',
  'gen_ai.request.previous_response.id': 'previous_response_id',
};

/** OpenInference's feedback on a span, by what it is of: `annotations.0.annotation.name`. */
export const FEEDBACK = [
  { of: 'span', list: 'annotations', item: 'annotation' },
  { of: 'span', list: 'evaluations', item: 'evaluation' },
  { of: 'trace', list: 'trace.annotations', item: 'annotation' },
  { of: 'trace', list: 'trace.evaluations', item: 'evaluation' },
  { of: 'session', list: 'session.annotations', item: 'annotation' },
  { of: 'session', list: 'session.evaluations', item: 'evaluation' },
] as const;

/** What is said of one piece of feedback, below its item. */
export const FEEDBACK_FIELDS = ['name', 'score', 'label', 'explanation', 'annotator_kind', 'identifier'] as const;

/** Where OpenLLMetry lets applications say what they want. */
export const ASSOCIATION = 'traceloop.association.properties.';
