/**
 * A request as a program in TypeScript or Python. It sends the same bytes as Goldset: the body is handed over as it is, never rebuilt from
 * arguments. A key is the name of an environment variable; no text of the request can end its quoting.
 */
import type { JsonObject } from '../json/json.ts';

export interface ProgramRequest {
  readonly format: 'chat' | 'responses' | 'messages' | 'generate-content';
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly path: string;
  readonly body: JsonObject;
  /** Null: no key is sent. */
  readonly keyVariable: string | null;
  readonly keyHeader: 'authorization' | 'api-key' | 'x-goog-api-key';
  /** Besides the key and the type of the content. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An environment variable that a program can name; a name that a shell does not have is not written. */
const variableOf = ({ keyVariable }: ProgramRequest): string | null =>
  keyVariable !== null && /^[A-Za-z_]\w*$/.test(keyVariable) ? keyVariable : null;

/** How its answer is read: by the last part of the path. */
const kindOf = ({ path, format }: ProgramRequest): 'chat' | 'responses' | 'messages' | 'other' =>
  format === 'messages' ? 'messages' : path === '/chat/completions' ? 'chat' : path === '/responses' ? 'responses' : 'other';

const isStreamed = ({ body }: ProgramRequest): boolean => body['stream'] === true;

// TypeScript

/** JSON is JavaScript, but for one key, which would set the prototype. A quote behind a backslash is inside another key. */
const javascript = (value: unknown): string => JSON.stringify(value, null, 2).replace(/(?<!\\)"__proto__":/g, '["__proto__"]:');

export function typescriptProgramText(request: ProgramRequest): string {
  const kind = kindOf(request);
  if (kind === 'other') return fetchProgram(request);
  const { baseUrl, body, keyHeader } = request;
  const variable = variableOf(request);
  const key = variable === null ? `'none'` : `process.env[${JSON.stringify(variable)}]`;
  const isAnthropic = kind === 'messages';
  const headers =
    variable === null
      ? 'defaultHeaders: { Authorization: null }, '
      : !isAnthropic && keyHeader !== 'authorization'
        ? `defaultHeaders: { Authorization: null, ${JSON.stringify(keyHeader)}: ${key} }, `
        : '';
  const client = isAnthropic ? 'Anthropic' : 'OpenAI';
  const create = { chat: 'chat.completions.create', responses: 'responses.create', messages: 'messages.create' }[kind];
  return lines(
    `import ${client} from ${isAnthropic ? `'@anthropic-ai/sdk'` : `'openai'`};`,
    '',
    ...(variable === null ? [] : [`// The key is in the environment variable ${variable}.`]),
    `const client = new ${client}({ baseURL: ${JSON.stringify(baseUrl)}, ${headers}apiKey: ${key} });`,
    '',
    `const answer = await client.${create}(${javascript(body)});`,
    '',
    ...(isStreamed(request) ? TS_STREAMED[kind] : ['console.log(JSON.stringify(answer, null, 2));']),
  );
}

const TS_STREAMED: Readonly<Record<'chat' | 'responses' | 'messages', readonly string[]>> = {
  chat: [`for await (const chunk of answer) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');`],
  responses: [`for await (const event of answer) if (event.type === 'response.output_text.delta') process.stdout.write(event.delta);`],
  messages: [
    'for await (const event of answer)',
    `  if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') process.stdout.write(event.delta.text);`,
  ],
};

/** For a server that no SDK sends the same bytes to. */
function fetchProgram(request: ProgramRequest): string {
  const { baseUrl, path, body, keyHeader, headers } = request;
  const variable = variableOf(request);
  const bearer = keyHeader === 'authorization';
  return lines(
    ...(variable === null ? [] : [`// The key is in the environment variable ${variable}.`]),
    `const answer = await fetch(${JSON.stringify(`${baseUrl}${path}`)}, {`,
    `  method: 'POST',`,
    '  headers: {',
    `    'content-type': 'application/json',`,
    ...Object.entries(headers).map(([name, text]) => `    ${JSON.stringify(name)}: ${JSON.stringify(text)},`),
    ...(variable === null
      ? []
      : [`    ${JSON.stringify(keyHeader)}: \`${bearer ? 'Bearer ' : ''}\${process.env[${JSON.stringify(variable)}]}\`,`]),
    '  },',
    `  body: JSON.stringify(${javascript(body)}),`,
    '});',
    '',
    'console.log(await answer.text());',
  );
}

// Python

/** JSON text in Python: as it is read, or escaped where it would end the quoting. */
function bodyText(body: JsonObject): string {
  const text = JSON.stringify(body, null, 2);
  return text.includes(`'''`) ? JSON.stringify(JSON.stringify(body)) : `r'''\n${text}\n'''`;
}

export function pythonProgramText(request: ProgramRequest): string {
  const kind = kindOf(request);
  if (kind === 'other') return urllibProgram(request);
  const { baseUrl, path, body, keyHeader } = request;
  const variable = variableOf(request);
  const key = variable === null ? '"none"' : `os.environ[${JSON.stringify(variable)}]`;
  const isAnthropic = kind === 'messages';
  const client = isAnthropic ? 'Anthropic' : 'OpenAI';
  const module = isAnthropic ? 'anthropic' : 'openai';
  const headers =
    !isAnthropic && keyHeader !== 'authorization' && variable !== null ? `, default_headers={${JSON.stringify(keyHeader)}: ${key}}` : '';
  const { imports, cast, event, print } = PY[kind];
  const streams = isStreamed(request);
  return lines(
    'import json',
    ...(variable === null ? [] : ['import os']),
    '',
    `from ${module} import ${client}${streams ? ', Stream' : ''}`,
    ...(streams ? imports : imports.slice(0, 1)),
    '',
    ...(variable === null ? [] : [`# The key is in the environment variable ${variable}.`]),
    `client = ${client}(base_url=${JSON.stringify(baseUrl)}, api_key=${key}${headers})`,
    `body = json.loads(${bodyText(body)})`,
    '',
    '# The body goes as it is: arguments of a method would change the order of its keys.',
    `answer = client.post(${JSON.stringify(path)}, body=body, cast_to=${cast}${streams ? `, stream=True, stream_cls=Stream[${event}]` : ''})`,
    ...(streams ? print : ['print(answer.to_json())']),
  );
}

interface PythonNames {
  readonly imports: readonly string[];
  readonly cast: string;
  readonly event: string;
  readonly print: readonly string[];
}

const PY: Readonly<Record<'chat' | 'responses' | 'messages', PythonNames>> = {
  chat: {
    imports: ['from openai.types.chat import ChatCompletion', 'from openai.types.chat import ChatCompletionChunk'],
    cast: 'ChatCompletion',
    event: 'ChatCompletionChunk',
    print: ['for chunk in answer:', '    if chunk.choices:', '        print(chunk.choices[0].delta.content or "", end="", flush=True)'],
  },
  responses: {
    imports: ['from openai.types.responses import Response', 'from openai.types.responses import ResponseStreamEvent'],
    cast: 'Response',
    event: 'ResponseStreamEvent',
    print: ['for event in answer:', '    if event.type == "response.output_text.delta":', '        print(event.delta, end="", flush=True)'],
  },
  messages: {
    imports: ['from anthropic.types import Message', 'from anthropic.types import RawMessageStreamEvent'],
    cast: 'Message',
    event: 'RawMessageStreamEvent',
    print: [
      'for event in answer:',
      '    if event.type == "content_block_delta" and event.delta.type == "text_delta":',
      '        print(event.delta.text, end="", flush=True)',
    ],
  },
};

/** The body as compact JSON, as JavaScript writes it. */
function urllibProgram(request: ProgramRequest): string {
  const { baseUrl, path, body, keyHeader, headers } = request;
  const variable = variableOf(request);
  const bearer = keyHeader === 'authorization';
  return lines(
    'import json',
    ...(variable === null ? [] : ['import os']),
    'import urllib.request',
    '',
    ...(variable === null ? [] : [`# The key is in the environment variable ${variable}.`]),
    'request = urllib.request.Request(',
    `    ${JSON.stringify(`${baseUrl}${path}`)},`,
    `    data=json.dumps(json.loads(${bodyText(body)}), ensure_ascii=False, separators=(",", ":")).encode(),`,
    '    headers={',
    '        "content-type": "application/json",',
    ...Object.entries(headers).map(([name, text]) => `        ${JSON.stringify(name)}: ${JSON.stringify(text)},`),
    ...(variable === null
      ? []
      : [`        ${JSON.stringify(keyHeader)}: ${bearer ? '"Bearer " + ' : ''}os.environ[${JSON.stringify(variable)}],`]),
    '    },',
    ')',
    'print(urllib.request.urlopen(request).read().decode())',
  );
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
