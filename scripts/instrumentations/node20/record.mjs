/** One program for each instrumentation, as its own documentation has it. `record.mjs NAME URL FILE` writes what it exported as OTLP/JSON. */
import { writeFileSync } from 'node:fs';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { stable } from '../recorded-spans.mjs';

const [name = '', url = '', file = ''] = process.argv.slice(2);
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'shop', 'service.version': '2.4.0', 'deployment.environment.name': 'production' }),
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
provider.register();

const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};
const SYSTEM = { role: 'system', content: 'Be brief.' };

/** The OpenAI client, instrumented by `instrumentation`. */
async function openaiCalls(instrumentation) {
  const { default: OpenAI } = await import('openai');
  instrumentation.manuallyInstrument(OpenAI);
  registerInstrumentations({ instrumentations: [instrumentation] });
  const client = new OpenAI({ apiKey: 'k', baseURL: url });
  const ask = { model: 'gpt-5-mini', messages: [SYSTEM, { role: 'user', content: 'Hello' }], temperature: 0.5 };
  await client.chat.completions.create({
    ...ask,
    user: 'ana@example.com',
    safety_identifier: 'ana-4711',
    prompt_cache_key: 'ana',
    metadata: { plan: 'pro' },
  });
  await client.chat.completions.create({ ...ask, messages: [SYSTEM, { role: 'user', content: 'What is the weather?' }], tools: [WEATHER] });
  for await (const chunk of await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } }))
    void chunk;
  await client.chat.completions.create({ ...ask, messages: [{ role: 'user', content: 'never' }] }, { maxRetries: 0 }).catch(() => null);
  await client.embeddings.create({ model: 'text-embedding-3-small', input: 'Hello' });
}

/** The AI SDK 6 with telemetry switched on. */
async function aiCalls() {
  const { generateText, streamText, tool, stepCountIs, generateObject } = await import('ai');
  const { createOpenAI } = await import('@ai-sdk/openai');
  const { z } = await import('zod');
  const model = createOpenAI({ apiKey: 'k', baseURL: url }).chat('gpt-5-mini');
  const metadata = {
    userId: 'ana@example.com',
    sessionId: 's-1',
    tenant: 'acme',
    promptName: 'weather',
    promptVersion: '3',
    'goldset.action.type': 'ticket',
    'goldset.action.id': 't-1',
  };
  const experimental_telemetry = { isEnabled: true, functionId: 'answer', metadata };
  const tools = {
    weather: tool({ description: 'The weather in a city', inputSchema: z.object({ city: z.string() }), execute: async () => 'sunny' }),
  };
  await generateText({
    model,
    tools,
    stopWhen: stepCountIs(2),
    system: 'Be brief.',
    prompt: 'What is the weather?',
    temperature: 0.5,
    experimental_telemetry,
  });
  const stream = streamText({ model, system: 'Be brief.', prompt: 'Hello', experimental_telemetry });
  for await (const part of stream.textStream) void part;
  await generateObject({
    model,
    schema: z.object({ city: z.string() }),
    prompt: 'Which city?',
    providerOptions: { openai: { user: 'ana@example.com' } },
    experimental_telemetry,
  });
}

/** LangChain and LangGraph by OpenInference's instrumentation: a graph with retrieval, a prompt and a model. */
async function langGraphCalls() {
  const { LangChainInstrumentation } = await import('@arizeai/openinference-instrumentation-langchain');
  new LangChainInstrumentation().manuallyInstrument(await import('@langchain/core/callbacks/manager'));
  const { ChatPromptTemplate } = await import('@langchain/core/prompts');
  const { BaseRetriever } = await import('@langchain/core/retrievers');
  const { Document } = await import('@langchain/core/documents');
  const { ChatOpenAI } = await import('@langchain/openai');
  const { Annotation, END, START, StateGraph } = await import('@langchain/langgraph');
  class Retriever extends BaseRetriever {
    lc_namespace = ['shop'];
    async _getRelevantDocuments() {
      return [new Document({ id: 'doc-1', pageContent: 'Berlin is sunny.', metadata: { score: 0.87, source: 'facts.md' } })];
    }
  }
  const prompt = ChatPromptTemplate.fromMessages([
    ['system', 'Be brief. {facts}'],
    ['user', '{question}'],
  ]);
  const model = new ChatOpenAI({ apiKey: 'k', model: 'gpt-5-mini', temperature: 0.5, configuration: { baseURL: url } });
  const State = Annotation.Root({ question: Annotation(), facts: Annotation(), answer: Annotation() });
  const graph = new StateGraph(State)
    .addNode('find', async ({ question }, config) => ({
      facts: (await new Retriever().invoke(question, config)).map((item) => item.pageContent).join('\n'),
    }))
    .addNode('say', async ({ question, facts }, config) => ({
      answer: (await prompt.pipe(model).invoke({ question, facts }, config)).content,
    }))
    .addEdge(START, 'find')
    .addEdge('find', 'say')
    .addEdge('say', END)
    .compile();
  await graph.invoke(
    { question: 'Hello' },
    { metadata: { thread_id: 'th-1', user_id: 'ana@example.com', tenant: 'acme' }, tags: ['beta'] },
  );
}

const PROGRAMS = {
  'openinference-openai': async () =>
    openaiCalls(new (await import('@arizeai/openinference-instrumentation-openai')).OpenAIInstrumentation()),
  'traceloop-openai': async () => openaiCalls(new (await import('@traceloop/instrumentation-openai')).OpenAIInstrumentation()),
  'ai-6': aiCalls,
  langgraph: langGraphCalls,
};
await PROGRAMS[name]();
await new Promise((resolve) => setTimeout(resolve, 100));
await provider.forceFlush();
writeFileSync(
  file,
  stable(JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest(exporter.getFinishedSpans())).toString('utf8')), url),
);
