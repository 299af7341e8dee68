/**
 * What an application says of itself and its calls, on spans and resources. The conventions have names for a few things; instrumentations let
 * applications add what they want, each below a prefix of its own or as JSON. What has a field of a record goes there, whatever it is called;
 * the rest are the record's attributes: names that are of no known namespace, and of the resource the release and the region.
 */
import type { Attributes, Interaction } from '../../interactions/interaction.ts';
import { SaidFacts, type ApplicationFacts, type SaidField } from '../said-facts.ts';
import { attributeText } from './attributes.ts';
import { NAMES } from './names.ts';
import type { OtlpAttributes, Span } from './telemetry.ts';

/** Where instrumentations keep what the application adds: the AI SDK 6 and 7, OpenLLMetry, Langfuse, OpenInference, ours. */
const APPLICATION = [
  ...['goldset.attributes.', 'ai.telemetry.metadata.', 'ai.settings.context.', 'traceloop.association.properties.'],
  ...['langfuse.trace.metadata.', 'langfuse.observation.metadata.', 'metadata.', 'gen_ai.agent.metadata.'],
];
/** JSON of the same. */
const OBJECTS: ReadonlySet<string> = new Set(['metadata', 'langfuse.trace.metadata', 'langfuse.observation.metadata', 'llm.metadata']);

/** First steps of names that are of a convention or an instrumentation. */
const KNOWN = new Set(
  (
    'gen_ai llm ai openinference openllmetry traceloop langfuse langsmith langgraph langchain goldset input output session user enduser ' +
    'tool tag retrieval reranker embedding document documents message prompt eval evaluation evaluations annotation annotations graph agent ' +
    'score exception error event events otel telemetry service process host os container k8s cloud faas aws gcp azure http https url net ' +
    'network server client peer source destination db rpc messaging thread code deployment device browser app_hub vcs cicd webengine dotnet ' +
    'jvm nodejs v8js cpython python system hw tls dns file graphql feature_flag geo log android ios artifact test sentry logfire mlflow ' +
    'pydantic_ai openai anthropic bedrock vertexai operation resource openai_agents crewai haystack llama_index dspy next vercel trace span ' +
    'signoz datadog dd newrelic honeycomb sampling SampleRate metadata audio image video speech transcribe mcp a2a'
  ).split(' '),
);
/** What a span and its resource say. */
export function applicationFacts(span: Pick<Span, 'attributes' | 'resource'>): ApplicationFacts {
  const facts = new SaidFacts();
  for (const [name, value] of [...span.attributes, ...span.resource]) {
    const prefix = APPLICATION.find((item) => name.startsWith(item) && name.length > item.length);
    if (prefix !== undefined) facts.add(name.slice(prefix.length), value);
    else if (OBJECTS.has(name)) facts.addAll(value);
    else if (!KNOWN.has(firstStep(name))) facts.add(name, value);
  }
  for (const [name, names] of RESOURCE) {
    const value = attributeText(span.resource, names) ?? attributeText(span.attributes, names);
    if (value !== null) facts.attribute(name, value);
  }
  return facts;
}

/** Attributes of records that conventions name otherwise. */
const RESOURCE: readonly (readonly [string, readonly string[]])[] = [
  ['release', ['service.version', 'langfuse.release']],
  ['region', ['cloud.region']],
];

const firstStep = (name: string): string => name.split('.', 1)[0] ?? name;

/** The nearest span that says something counts; attributes of all of them come together. */
export function joinedFacts(nearestFirst: readonly ApplicationFacts[]): ApplicationFacts {
  const said = new Map<SaidField, string>();
  for (const facts of nearestFirst) for (const [field, value] of facts.said) if (!said.has(field)) said.set(field, value);
  return { said, attributes: Object.assign({}, ...nearestFirst.toReversed().map(({ attributes }) => attributes)) as Attributes };
}

/** What the user did, as the application says it on any span of a trace. */
export function actionIn(attributes: OtlpAttributes): Interaction['action'] {
  const { said } = applicationFacts({ attributes, resource: new Map() });
  const type = attributeText(attributes, NAMES.actionType) ?? said.get('actionType') ?? null;
  const id = attributeText(attributes, NAMES.actionId) ?? said.get('actionId') ?? null;
  return type === null || id === null ? null : { type, id };
}
