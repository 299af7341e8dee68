/** The AI SDK 7, which needs Node 22, with its own OpenTelemetry integration. `record.mjs NAME URL FILE`, as of node20. */
import { writeFileSync } from 'node:fs';
import { createOpenAI } from '@ai-sdk/openai';
import { OpenTelemetry } from '@ai-sdk/otel';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { generateText, isStepCount, Output, registerTelemetry, streamText, tool } from 'ai';
import { z } from 'zod';
import { stable } from '../recorded-spans.mjs';

const [, url = '', file = ''] = process.argv.slice(2);
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'shop', 'service.version': '2.4.0', 'deployment.environment.name': 'production' }),
  spanProcessors: [new SimpleSpanProcessor(exporter)],
});
provider.register();
registerTelemetry(new OpenTelemetry({ usage: true, runtimeContext: true, providerMetadata: true, headers: false }));

const model = createOpenAI({ apiKey: 'k', baseURL: url }).chat('gpt-5-mini');
const runtimeContext = {
  ...{ userId: 'ana@example.com', sessionId: 's-1', tenant: 'acme', promptName: 'weather', promptVersion: '3' },
  ...{ 'goldset.action.type': 'ticket', 'goldset.action.id': 't-1' },
};
const includeRuntimeContext = Object.fromEntries(Object.keys(runtimeContext).map((key) => [key, true]));
const known = { runtimeContext, telemetry: { functionId: 'answer', includeRuntimeContext } };
const tools = {
  weather: tool({ description: 'The weather in a city', inputSchema: z.object({ city: z.string() }), execute: async () => 'sunny' }),
};
await generateText({ ...known, model, tools, stopWhen: isStepCount(2), instructions: 'Be brief.', prompt: 'What is the weather?' });
const stream = streamText({ ...known, model, instructions: 'Be brief.', prompt: 'Hello' });
for await (const part of stream.textStream) void part;
await generateText({ ...known, model, output: Output.object({ schema: z.object({ city: z.string() }) }), prompt: 'Which city?' });
await new Promise((resolve) => setTimeout(resolve, 100));
await provider.forceFlush();
writeFileSync(
  file,
  stable(JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest(exporter.getFinishedSpans())).toString('utf8')), url),
);
