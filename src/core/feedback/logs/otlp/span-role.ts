/** What a span is to Goldset. A call of a model becomes an interaction, and so do embeddings, for what they cost; agents and chains do not. */
import { attributeText } from './attributes.ts';
import { NAMES } from './names.ts';
import type { OtlpAttributes } from './telemetry.ts';

export type SpanRole = 'model' | 'embedding' | 'retrieval' | 'tool' | 'evaluator' | 'other';

const OPERATIONS: Readonly<Record<string, SpanRole>> = {
  chat: 'model',
  generate_content: 'model',
  text_completion: 'model',
  embeddings: 'embedding',
  embedding: 'embedding',
  aembedding: 'embedding',
  retrieval: 'retrieval',
  execute_tool: 'tool',
  // LiteLLM says which of its functions was called.
  completion: 'model',
  acompletion: 'model',
  atext_completion: 'model',
  responses: 'model',
  aresponses: 'model',
  anthropic_messages: 'model',
};
const OPEN_INFERENCE: Readonly<Record<string, SpanRole>> = {
  LLM: 'model',
  EMBEDDING: 'embedding',
  RETRIEVER: 'retrieval',
  RERANKER: 'retrieval',
  TOOL: 'tool',
  EVALUATOR: 'evaluator',
};
const LANGFUSE: Readonly<Record<string, SpanRole>> = {
  generation: 'model',
  embedding: 'embedding',
  retriever: 'retrieval',
  tool: 'tool',
  evaluator: 'evaluator',
};

/** Of the first convention that says what it is. */
export function spanRole(attributes: OtlpAttributes): SpanRole {
  const kind = attributeText(attributes, NAMES.openInferenceKind);
  if (kind !== null) return roleIn(OPEN_INFERENCE, kind.toUpperCase());
  const vercel = attributeText(attributes, NAMES.vercelOperation);
  // The outer span of the AI SDK sums up those of its calls.
  if (vercel !== null)
    return /\.do(Generate|Stream)$/.test(vercel)
      ? 'model'
      : vercel.endsWith('.doEmbed')
        ? 'embedding'
        : vercel === 'ai.toolCall'
          ? 'tool'
          : 'other';
  const operation = attributeText(attributes, NAMES.operation);
  const role = operation === null ? 'other' : roleIn(OPERATIONS, operation);
  // What an operation of no convention is, others may say.
  if (role !== 'other' || (operation !== null && attributeText(attributes, NAMES.requestType) === null)) return role;
  const langfuse = attributeText(attributes, NAMES.langfuseType);
  if (langfuse !== null) return roleIn(LANGFUSE, langfuse.toLowerCase());
  const request = attributeText(attributes, NAMES.requestType);
  if (request !== null)
    return request === 'chat' || request === 'completion'
      ? 'model'
      : request === 'rerank'
        ? 'retrieval'
        : /^embeddings?$/.test(request)
          ? 'embedding'
          : 'other';
  const traceloop = attributeText(attributes, NAMES.traceloopKind);
  if (traceloop !== null) return traceloop === 'tool' ? 'tool' : traceloop === 'llm' ? 'model' : 'other';
  // Before there were operations, a call of a model was what named its provider and model.
  return attributes.has('gen_ai.system') && attributes.has('gen_ai.request.model') ? 'model' : 'other';
}

/** Whether its documents are those that are left of what retrieval has found. */
export const isReranker = (attributes: OtlpAttributes): boolean =>
  attributeText(attributes, NAMES.openInferenceKind)?.toUpperCase() === 'RERANKER' ||
  attributeText(attributes, NAMES.requestType) === 'rerank';

/** Whether it fills the template of a prompt (OpenInference). */
export const isPromptTemplate = (attributes: OtlpAttributes): boolean =>
  attributeText(attributes, NAMES.openInferenceKind)?.toUpperCase() === 'PROMPT' || attributes.has('llm.prompt_template.template');

const roleIn = (table: Readonly<Record<string, SpanRole>>, name: string): SpanRole =>
  Object.hasOwn(table, name) ? (table[name] ?? 'other') : 'other';
