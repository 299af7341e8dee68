/** The calls that send or build a prompt, by the end of their path. */
import { groupBy } from '../../collections/group-by.ts';

export type ShapeId = 'chat' | 'responses' | 'anthropic' | 'vercel' | 'google' | 'chat-template' | 'text-template' | 'message' | 'agent';

const SHAPES: Readonly<Record<ShapeId, readonly string[]>> = {
  // OpenAI and servers that speak its protocol; LiteLLM.
  chat: [
    'chat.completions.create',
    'chat.completions.parse',
    'chat.completions.stream',
    'ChatCompletion.create',
    'ChatCompletion.acreate',
    'litellm.completion',
    'litellm.acompletion',
    'completion',
    'acompletion',
  ],
  responses: ['responses.create', 'responses.parse', 'responses.stream'],
  anthropic: ['messages.create', 'messages.stream', 'messages.parse'],
  vercel: ['generateText', 'streamText', 'generateObject', 'streamObject'],
  google: ['generateContent', 'generateContentStream', 'generate_content', 'generate_content_stream', 'generate_content_async'],
  'chat-template': ['ChatPromptTemplate.from_messages', 'ChatPromptTemplate.fromMessages'],
  'text-template': [
    'ChatPromptTemplate.from_template',
    'ChatPromptTemplate.fromTemplate',
    'PromptTemplate.from_template',
    'PromptTemplate.fromTemplate',
    'PromptTemplate',
  ],
  message: ['SystemMessage'],
  // OpenAI Agents, Vercel AI, LangChain, Google ADK.
  agent: ['Agent', 'LlmAgent', 'RealtimeAgent', 'ToolLoopAgent', 'create_agent', 'createAgent', 'create_react_agent', 'createReactAgent'],
};

interface Row {
  readonly shape: ShapeId;
  readonly path: readonly string[];
}

const ROWS: readonly Row[] = (Object.entries(SHAPES) as [ShapeId, readonly string[]][]).flatMap(([shape, paths]) =>
  paths.map((path) => ({ shape, path: path.split('.') })),
);

/** By the last name, which is what most calls differ in. */
const BY_END: ReadonlyMap<string, readonly Row[]> = groupBy(ROWS, ({ path }) => path.at(-1) ?? '');

/** The last names of these calls. */
export const CALL_ENDS: readonly string[] = [...BY_END.keys()];

/** Of those, words that also end other names, such as `userAgent`. */
export const AGENTS: readonly string[] = SHAPES.agent;

/** The shape of a call with this path; null: it is not known to have a prompt. */
export function shapeOf(callee: readonly string[]): ShapeId | null {
  const rows = BY_END.get(callee.at(-1) ?? '');
  const row = rows?.find(({ path }) =>
    path.length === 1 ? isWhole(callee, path[0]) : path.every((name, i) => name === callee[callee.length - path.length + i]),
  );
  return row?.shape ?? null;
}

/** A name without a path may follow its module (`ai.generateText`); `generateContent` is a method of any model. */
function isWhole(callee: readonly string[], name: string | undefined): boolean {
  if (name === 'completion' || name === 'acompletion') return callee.length === 1;
  return true;
}

export const isCalledByPrompts = (callee: readonly string[]): boolean => shapeOf(callee) !== null;
