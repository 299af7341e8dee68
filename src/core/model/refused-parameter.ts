/**
 * Which parameter a provider's refusal names. Only parameters that change how the model answers are left out after a refusal; what is asked
 * (messages, tools, schema, the limit of the output) never is.
 */
import type { ProviderError } from '../problems/errors.ts';
import type { Parameters } from '../prompt/document.ts';

/** Never left out: they change what is asked, or what it can cost. Compared without case and `_`. */
const KEPT =
  /^(tools?|toolchoice|tooldefs|functions?|functioncall|responseformat|format|text|schema|jsonschema|messages|input|instructions|system|model|maxoutputtokens|maxtokens|maxcompletiontokens|n|store|servicetier|metadata|modalities|prediction)$/;

/** Providers' names for a parameter that has another name here. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  stop: ['stop_sequences', 'stopSequences'],
  reasoningEffort: ['reasoning_effort', 'reasoning.effort', 'output_config.effort', 'effort', 'thinking_level', 'thinkingLevel'],
  reasoning_effort: ['reasoning.effort', 'output_config.effort', 'effort'],
  reasoning: ['reasoning.effort'],
};

/** How a refusal of a parameter is worded (OpenAI, Anthropic, Gemini, vLLM, Mistral, pydantic). */
const REFUSAL =
  /unsupported|not supported|does(n.t| not) support|no longer supported|unknown|unrecognized|unrecognised|unexpected|not permitted|not allowed|deprecated|removed|invalid value|cannot be|must not|not available|extra_forbidden/i;

/** The refusal is about something that is never left out. */
const ABOUT_CONTENT = /\b(tools?|functions?|response_format|json_schema|schema|messages?\[|input\[)/i;

/** The name, as the request writes it, of the parameter that a refusal is about; null: it names none that may be left out. */
export function refusedParameter({ failure, status, message }: ProviderError, parameters: Parameters): string | null {
  if (failure !== 'bad-request' || (status !== 400 && status !== 422)) return null;
  if (!REFUSAL.test(message) || ABOUT_CONTENT.test(message)) return null;
  const found = Object.keys(parameters)
    .filter((name) => parameters[name] !== undefined && !KEPT.test(name.toLowerCase().replaceAll('_', '')))
    .map((name) => ({ name, at: firstMention(message, name) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return found[0]?.name ?? null;
}

/** -1: it is not mentioned. */
function firstMention(message: string, name: string): number {
  const spellings = [name, snake(name), camel(name), ...(ALSO[name] ?? [])];
  const places = spellings.map((spelling) => mention(message, spelling)).filter((at) => at >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}

function mention(message: string, word: string): number {
  for (let at = message.indexOf(word); at >= 0; at = message.indexOf(word, at + 1)) {
    if (!isWord(message[at - 1]) && !isWord(message[at + word.length])) return at;
  }
  return -1;
}

const isWord = (character: string | undefined): boolean => character !== undefined && /\w/.test(character);
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (name: string): string => name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
