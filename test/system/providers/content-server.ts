/** Gemini, `generateContent` and `streamGenerateContent` (API reference; Thinking, Thought signatures, Function calling, Context caching). */
import {
  data,
  exactly,
  integer,
  KEY,
  letters,
  oneOf,
  sceneIn,
  text,
  type Json,
  type ProviderServer,
  type Scene,
} from './provider-server.ts';

const object = { type: 'object' };
const filled = { type: 'string', minLength: 1 };
const part = oneOf(
  exactly({ text: filled }),
  exactly({ inlineData: exactly({ mimeType: { type: 'string', pattern: '^(image|audio|application)/' }, data: filled }) }),
  exactly({ fileData: exactly({ fileUri: { type: 'string', pattern: '^https://' }, mimeType: filled }) }),
  // A call without the signature that came with it is refused.
  exactly({ functionCall: exactly({ id: text, name: text, args: object }, ['name', 'args']), thoughtSignature: filled }),
  exactly({ functionResponse: exactly({ id: text, name: filled, response: object }, ['name', 'response']) }),
);
const content = exactly({ role: { enum: ['user', 'model'] }, parts: { type: 'array', minItems: 1, items: part } });
const declaration = exactly({ name: filled, description: text, parametersJsonSchema: object }, ['name']);
const thinking = oneOf(
  exactly({ thinkingLevel: { enum: ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'] }, includeThoughts: { type: 'boolean' } }, []),
  exactly({ thinkingBudget: { type: 'integer', minimum: -1 }, includeThoughts: { type: 'boolean' } }, []),
);
const generationConfig = exactly(
  {
    temperature: { type: 'number' },
    topP: { type: 'number' },
    topK: { type: 'number' },
    seed: integer,
    candidateCount: integer,
    maxOutputTokens: { type: 'integer', minimum: 1 },
    stopSequences: { type: 'array', maxItems: 5, items: text },
    frequencyPenalty: { type: 'number' },
    presencePenalty: { type: 'number' },
    responseMimeType: { enum: ['application/json', 'text/plain'] },
    responseJsonSchema: object,
    thinkingConfig: thinking,
    mediaResolution: { type: 'string', pattern: '^MEDIA_RESOLUTION_' },
  },
  [],
);
/** What is in an explicit cache cannot be sent beside its name. */
const schema = {
  ...exactly(
    {
      contents: { type: 'array', minItems: 1, items: content },
      generationConfig,
      safetySettings: { type: 'array' },
      serviceTier: { enum: ['standard', 'flex', 'priority'] },
      systemInstruction: exactly({ parts: { type: 'array', minItems: 1, items: exactly({ text: filled }) } }),
      tools: { type: 'array', items: exactly({ functionDeclarations: { type: 'array', minItems: 1, items: declaration } }) },
      toolConfig: object,
      cachedContent: { type: 'string', pattern: '^cachedContents/' },
    },
    ['contents'],
  ),
  not: { required: ['cachedContent'], anyOf: [{ required: ['systemInstruction'] }, { required: ['tools'] }] },
};

/** Thoughts are billed as output and reported beside the candidates' tokens; what was read from a cache is part of the prompt. */
const USAGE = {
  promptTokenCount: 1200,
  cachedContentTokenCount: 1024,
  candidatesTokenCount: 18,
  thoughtsTokenCount: 12,
  totalTokenCount: 1230,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 1200 }],
  serviceTier: 'flex',
};
const REASON: Partial<Record<Scene, string>> = { length: 'MAX_TOKENS' };
const SAID: Partial<Record<Scene, string>> = { length: 'cut', json: '{"label":"refund"}', 'after-tool': 'It is sunny.' };

const THOUGHT = { text: '**Looking** at it.', thought: true };
const CALL = { functionCall: { id: 'call_1', name: 'weather', args: { city: 'Rome' } }, thoughtSignature: 'c2lnbmVk' };

const chunk = (parts: readonly Json[], rest: Json = {}, finishReason?: string): Json => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...(finishReason === undefined ? {} : { finishReason }) }],
  modelVersion: 'm',
  responseId: 'r1',
  ...rest,
});
/** What the usage is while the model thinks, and at the end. */
const EARLY = { usageMetadata: { promptTokenCount: 1200, cachedContentTokenCount: 1024, thoughtsTokenCount: 12, totalTokenCount: 1212 } };
const END = { usageMetadata: USAGE };
const BLOCKED = {
  promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
  usageMetadata: { promptTokenCount: 1200, totalTokenCount: 1200 },
  modelVersion: 'm',
};

/** google.rpc.Code by HTTP status. */
const CODES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  529: 'UNAVAILABLE',
};

export const contentServer: ProviderServer = {
  expected: {
    usage: { input: 1200, cacheRead: 1024, cacheWriteShort: 0, cacheWriteLong: 0, output: 30, reasoning: 12 },
    service: 'flex',
    structured: [/responseJsonSchema/, /"thinkingLevel":"LOW"/],
    reasoning: 1,
    // The API has no word for a refusal: it blocks the prompt.
    refusal: ['', 'content-filter'],
    marks: false,
  },
  name: 'Gemini',
  config: { kind: 'gemini' },
  path: '/v1/models/m:generateContent',
  streamPath: '/v1/models/m:streamGenerateContent?alt=sse',
  schema,
  key: ['x-goog-api-key', KEY],
  sceneOf: ({ contents }) => {
    const parts = ((contents as Json[]).at(-1)?.['parts'] ?? []) as Json[];
    return sceneIn(JSON.stringify(parts), parts[0]?.['functionResponse'] !== undefined);
  },
  events(scene) {
    if (scene === 'refusal') return [data(BLOCKED)];
    const answer = scene === 'tool' ? [chunk([CALL])] : letters(SAID[scene] ?? 'Hello, wörld.').map((letter) => chunk([{ text: letter }]));
    return [
      chunk([THOUGHT], EARLY),
      ...answer,
      ...(scene === 'late-error' ? [{ error: { code: 503, message: 'overloaded', status: 'UNAVAILABLE' } }] : []),
      // The last part of Gemini 3 has a signature and no text.
      chunk(scene === 'tool' ? [] : [{ text: '', thoughtSignature: 'ZW5k' }], END, REASON[scene] ?? 'STOP'),
    ].map(data);
  },
  whole: (scene) =>
    scene === 'refusal'
      ? BLOCKED
      : chunk([THOUGHT, scene === 'tool' ? CALL : { text: SAID[scene] ?? 'Hello, wörld.' }], END, REASON[scene] ?? 'STOP'),
  error: (code, message) => ({ error: { code, message, ...(CODES[code] === undefined ? {} : { status: CODES[code] }) } }),
};
