/**
 * Langfuse's usage details: counts under names that applications and integrations choose. As Langfuse documents them they stand
 * apart, but some integrations pass on a provider's counts, of which one includes another. Their `total` shows which.
 */
import { normaliseUsage } from '../../economics/prices/normalise-usage.ts';
import type { Usage } from '../../economics/prices/usage.ts';
import type { JsonObject } from '../../json/json.ts';
import { parseAmount } from './row-values.ts';

const TOTAL = ['total', 'total_tokens'];
const INPUT = ['input', 'input_tokens', 'prompt_tokens'];
const OUTPUT = ['output', 'output_tokens', 'completion_tokens'];

/** The usage in tokens, or null where input or output is missing or the counts contradict each other. */
export function usageOfDetails(details: JsonObject, hasAnswer: boolean): Usage | null {
  const named = Object.entries(details).flatMap(([name, value]): [string, number][] => {
    const tokens = parseAmount(value);
    return tokens === null ? [] : [[name, tokens]];
  });
  const whole = (names: readonly string[]): number | null => named.find(([name]) => names.includes(name))?.[1] ?? null;
  const parts = named.filter(([name]) => ![...TOTAL, ...INPUT, ...OUTPUT].includes(name));
  const outputs = parts.filter(([name]) => /output|completion|reasoning/.test(name));
  const inputs = parts.filter((part) => !outputs.includes(part) && /input|prompt|cache/.test(part[0]));
  const cached = inputs.filter(([name]) => name.includes('cache'));
  const written = cached.filter(([name]) => /creation|write/.test(name));
  const reasoning = outputs.filter(([name]) => name.includes('reasoning'));
  const [input, output] = [whole(INPUT), whole(OUTPUT)];
  return normaliseUsage(
    {
      input: withParts(input, inputs, cached),
      output: withParts(output, outputs, reasoning),
      total: whole(TOTAL),
      cacheRead: sum(cached.filter((part) => !written.includes(part))),
      cacheWrite: sum(written),
      reasoning: sum(reasoning),
      cache: 'beside',
      thinking: 'beside',
    },
    hasAnswer,
  );
}

type Part = [string, number];

const sum = (parts: readonly Part[]): number => parts.reduce((all, [, tokens]) => all + tokens, 0);

/** Other parts, such as audio, stand beside the whole. Null: neither the whole nor a part of it is there. */
function withParts(whole: number | null, parts: readonly Part[], apart: readonly Part[]): number | null {
  if (whole === null && parts.length === 0) return null;
  return (whole ?? 0) + sum(parts.filter((part) => !apart.includes(part)));
}
