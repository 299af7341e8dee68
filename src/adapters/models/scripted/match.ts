/** Which rule answers a request, and what it counts. Runs in the worker: the patterns come from a file. */
import type { ModelRequest } from '../../../core/model/model-request.ts';
import { textOf } from '../../../core/prompt/request.ts';
import { pieceTokens, requestPieces } from '../../../core/economics/tokens/request-stream.ts';
import { TokenCounter } from '../../../core/economics/tokens/token-counter.ts';
import { O200K } from '../../../core/economics/tokens/tokenizer.ts';
import { compilePattern } from '../../../core/text/pattern.ts';
import { RULE_PARTS, type Answer, type Rule, type RulePart, type Script } from './script.ts';

export interface ScriptedRequest extends Omit<ModelRequest, 'repeat'> {
  readonly model: string;
}

export interface ScriptedMatch {
  /** Index of the rule, or -1: the default answered. */
  readonly rule: number;
  /** All of the prompt as tokens, in the order in which a provider caches it: tools, schema, messages. */
  readonly promptTokens: Int32Array;
  /** Of each reply; tool calls count by their JSON. */
  readonly outputTokens: readonly number[];
}

export function matchScript(script: Script, request: ScriptedRequest): ScriptedMatch {
  const rule = script.rules.findIndex((candidate) => matches(candidate, request));
  const answer: Answer = script.rules[rule] ?? script.fallback;
  const calls = answer.toolCalls.map((call) => counter.count(`${call.name} ${call.arguments}`)).reduce((a, b) => a + b, 0);
  return {
    rule,
    promptTokens: Int32Array.from(promptTokens(request)),
    outputTokens: answer.replies.map((reply) => counter.count(reply) + calls),
  };
}

function matches(rule: Rule, request: ScriptedRequest): boolean {
  return RULE_PARTS.every((part) => {
    const pattern = rule.when[part];
    return pattern === undefined || compilePattern(pattern).test(textOfPart(part, request));
  });
}

function textOfPart(part: RulePart, request: ScriptedRequest): string {
  if (part === 'model') return request.model;
  if (part === 'request')
    return JSON.stringify({ messages: request.messages, tools: request.tools, output: request.output, parameters: request.parameters });
  return request.messages
    .filter((message) => message.role === part)
    .map(textOf)
    .join('\n');
}

const counter = new TokenCounter(O200K);

const promptTokens = (request: ScriptedRequest): number[] =>
  requestPieces(request).flatMap((piece) => pieceTokens(piece, (text) => counter.encode(text)));
