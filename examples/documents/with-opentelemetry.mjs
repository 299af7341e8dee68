/**
 * Calls that OpenTelemetry records, by its conventions for generative AI, and `goldset capture` receives. An application with an
 * instrumentation of its client has these spans already; what is Goldset's here are the two names of the action and the prompt's hash.
 */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { loadPrompt } from 'goldset/runtime';
import OpenAI from 'openai';

/**
 * `endpoint`: where `goldset capture` listens.
 * @param {{ root: string, baseURL: string, endpoint: string }} options
 * @returns {Promise<import('./app.mjs').Calls>}
 */
export async function withOpenTelemetry({ root, baseURL, endpoint }) {
  const openai = new OpenAI({ baseURL, apiKey: 'none' });
  const spans = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))],
  });
  const events = new LoggerProvider({
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${endpoint}/v1/logs` }) })],
  });
  const tracer = spans.getTracer('documents');
  const logger = events.getLogger('documents');
  const load = () => loadPrompt('summary', { root, model: 'openai:gpt-5.1' });
  let prompt = await load();

  const flush = () => Promise.all([spans.forceFlush(), events.forceFlush()]);
  return {
    async ask({ action, user, variables }) {
      const body = prompt.render(variables).chat;
      const span = tracer.startSpan(`chat ${body.model}`, { kind: SpanKind.CLIENT, attributes: requestAttributes(body, { action, user, prompt, variables }) });
      try {
        const completion = await openai.chat.completions.create(body);
        span.setAttributes(answerAttributes(completion));
        return { id: completion.id, text: completion.choices[0]?.message.content ?? '' };
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
        throw error;
      } finally {
        span.end();
      }
    },
    /** A thumb is an evaluation event; what else a browser saw goes to /signals. */
    async say(id, name, value, by) {
      const time = new Date().toISOString();
      if (name === 'thumb') {
        const attributes = {
          'gen_ai.evaluation.name': name,
          'gen_ai.evaluation.score.label': value,
          'gen_ai.response.id': id,
          'goldset.signal.by': by,
        };
        logger.emit({ eventName: 'gen_ai.evaluation.result', timestamp: new Date(), attributes });
        return;
      }
      const body = JSON.stringify([{ response: id, name, value, by, time }]);
      const answer = await fetch(`${endpoint}/signals`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (!answer.ok) throw new Error(`/signals: ${answer.status} ${await answer.text()}`);
    },
    reload: async () => (prompt = await load()),
    flush,
    close: async () => {
      await flush();
      await Promise.all([spans.shutdown(), events.shutdown()]);
    },
  };
}

/**
 * @param {import('openai').OpenAI.ChatCompletionCreateParams} body
 * @param {import('./app.mjs').Call & { prompt: import('goldset/runtime').LoadedPrompt }} call
 */
function requestAttributes({ model, messages, ...parameters }, { action, user, prompt, variables }) {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': model,
    'gen_ai.input.messages': JSON.stringify(
      messages.map(({ role, content }) => ({ role, parts: [{ type: 'text', content }] })),
    ),
    'gen_ai.prompt.name': prompt.name,
    'gen_ai.prompt.version': prompt.version,
    'goldset.prompt.hash': prompt.version,
    'llm.prompt_template.variables': JSON.stringify(variables),
    'llm.invocation_parameters': JSON.stringify(parameters),
    'goldset.action.type': action.type,
    'goldset.action.id': action.id,
    'user.id': user,
    'deployment.environment.name': 'production',
  };
}

/** @param {import('openai').OpenAI.ChatCompletion} completion */
function answerAttributes({ id, model, choices, usage }) {
  const [choice] = choices;
  const message = choice?.message;
  const finish = choice?.finish_reason ?? 'stop';
  const part = { type: 'text', content: message?.refusal ?? message?.content ?? '' };
  return {
    'gen_ai.response.id': id,
    'gen_ai.response.model': model,
    'gen_ai.response.finish_reasons': [message?.refusal ? 'refusal' : finish],
    'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: [part], finish_reason: finish }]),
    'gen_ai.usage.input_tokens': usage?.prompt_tokens,
    'gen_ai.usage.output_tokens': usage?.completion_tokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.prompt_tokens_details?.cached_tokens,
  };
}
