/**
 * One call of a model that two instrumentations tell side by side: LangChain's and the client's own, where neither span holds the other. Calls
 * that an application repeats at the same time have the same name; these have not.
 */
import { amountIn, attributeText } from './attributes.ts';
import { NAMES } from './names.ts';
import type { Span } from './telemetry.ts';

/** ms between the two beginnings, and between the two ends, at most. */
const APART = 100;

/** `calls`: in the order in which they began. Of two that are the same call the one that says more is kept. */
export function withoutTwins<T extends { readonly span: Span }>(calls: readonly T[]): readonly T[] {
  const kept: T[] = [];
  for (const call of calls) {
    const twin = twinOf(call.span, kept);
    if (twin === -1) kept.push(call);
    else if (call.span.attributes.size > (kept[twin]?.span.attributes.size ?? 0)) kept[twin] = call;
  }
  return kept;
}

/** Where it stands; -1: there is none. Only those are looked at that began just before. */
function twinOf(span: Span, kept: readonly { readonly span: Span }[]): number {
  for (let i = kept.length - 1; i >= 0; i--) {
    const other = kept[i]?.span;
    if (other === undefined || (other.startMs ?? 0) < (span.startMs ?? 0) - 2 * APART) return -1;
    if (isSameCall(other, span)) return i;
  }
  return -1;
}

function isSameCall(a: Span, b: Span): boolean {
  if (a.traceId !== b.traceId || a.spanId === b.spanId || a.parentSpanId !== b.parentSpanId || a.name === b.name) return false;
  // Of Goldset's own spans each is a call: its id says so.
  if ([a, b].every(({ attributes }) => attributeText(attributes, NAMES.ownId) !== null)) return false;
  if (!isNear(a.startMs, b.startMs) || !isNear(a.endMs, b.endMs)) return false;
  return isSameModel(modelOf(a), modelOf(b)) && isSameCount(a, b, NAMES.inputTokens) && isSameCount(a, b, NAMES.outputTokens);
}

const isNear = (a: number | null, b: number | null): boolean => a !== null && b !== null && Math.abs(a - b) <= APART;

/** One may name the model that was asked for, the other the one that answered: `gpt-5` and `gpt-5-2026-01-01`. */
const isSameModel = (a: string, b: string): boolean => a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a));

const modelOf = ({ attributes }: Span): string => attributeText(attributes, NAMES.model) ?? '';

const isSameCount = (a: Span, b: Span, names: readonly string[]): boolean => {
  const count = amountIn(a.attributes, names);
  return count !== null && count > 0 && count === amountIn(b.attributes, names);
};
