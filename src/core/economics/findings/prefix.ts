/** Findings about the prefix: what keeps the provider from caching it, and what an edit makes it forget. */
import { quantity, usd } from '../../figures.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../json.ts';
import type { RenderedRequest } from '../../prompt/request.ts';
import { excerpt } from '../../text.ts';
import { cachedTokens } from '../prefix/caching.ts';
import { invalidatedRange } from '../prefix/invalidation.ts';
import type { PrefixBreak } from '../prefix/prefix.ts';
import { cachingSaving, finding, type Detector, type Evidence, type Finding } from './finding.ts';

/** Fewer tokens than this are not worth a word. */
const WORTH_MOVING = 32;

export const volatileFirst: Detector = (evidence) => {
  const first = evidence.analysis.prefix.breaks[0];
  if (!first || first.nondeterministic !== null) return [];
  const gain = movable(evidence, first);
  if (gain === null) return [];
  const what = first.variable === null ? 'A condition' : `\`{{${excerpt(first.variable, 40)}}}\``;
  return [
    finding(evidence, 'prefix/volatile-first', {
      ...at(first),
      message: `${what} comes before ${quantity(gain.tokens, 'static token')}, so the provider can’t cache them.`,
      hint: 'Move the static text before the first variable.',
      savingPerThousandUsd: gain.saving,
    }),
  ];
};

export const nondeterministic: Detector = (evidence) =>
  evidence.analysis.prefix.breaks.flatMap((item) => {
    if (item.nondeterministic === null || item.variable === null) return [];
    const gain = movable(evidence, item);
    if (gain === null) return [];
    return [
      finding(evidence, 'prefix/nondeterministic', {
        ...at(item),
        message: `\`{{${excerpt(item.variable, 40)}}}\` is ${item.nondeterministic}, which changes on every call. The ${quantity(gain.tokens, 'static token')} after it can’t be cached.`,
        hint: 'Move it to the end, round it (to the day instead of the second), or remove it.',
        savingPerThousandUsd: gain.saving,
      }),
    ];
  });

/** What moving the static text in front of this place would have cached more; null: nothing that counts. */
function movable(evidence: Evidence, item: PrefixBreak): { tokens: number; saving: number | null } | null {
  const tokens = item.staticTokensAfter;
  const rule = evidence.model?.facts.caching ?? null;
  if (tokens < WORTH_MOVING || rule === null) return null;
  const now = evidence.model?.prefix.tokens ?? 0;
  const then = cachedTokens(item.tokensBefore + tokens, rule);
  if (then <= now) return null;
  return { tokens, saving: cachingSaving(evidence.model, then - now) };
}

export const edited: Detector = (evidence) => {
  const { invalidation } = evidence.analysis;
  const { model } = evidence;
  const rule = model?.facts.caching;
  if (!invalidation || !model || !rule) return [];
  const before = invalidation.shared + invalidation.tokens;
  const lost = invalidation.tokens;
  if (lost < Math.max(WORTH_MOVING, rule.block) || before < rule.minimum) return [];
  const rates = model.facts.price?.rates;
  const once = rates ? (lost * (rates.cacheWriteShort ?? rates.input)) / 1e6 : null;
  return [
    finding(evidence, 'prefix/edited', {
      ...(invalidation.source === null ? {} : { path: invalidation.source.path, range: invalidatedRange(invalidation) }),
      severity: 'info',
      message: `Since ${invalidation.ref} the prefix changes after ${quantity(invalidation.shared, 'token')}: a deploy invalidates ${quantity(lost, 'cached token')}, which the provider writes again${once === null ? '' : ` (${usd(once)} per cache)`}.`,
      hint: 'No action needed for a single deploy. Edits near the end of the prefix cost less.',
      savingPerThousandUsd: null,
    }),
  ];
};

export const order: Detector = (evidence) => {
  const seen = new Map<string, { shape: string; keys: string }>();
  const findings: Finding[] = [];
  const reported = new Set<string>();
  for (const request of evidence.analysis.requests) {
    for (const { place, value, segment } of jsonValues(request)) {
      const keys = keysOf(value);
      const shape = keysOf(value, true);
      const known = seen.get(place);
      if (!known) seen.set(place, { shape, keys });
      else if (known.shape === shape && known.keys !== keys && !reported.has(place)) {
        reported.add(place);
        findings.push(
          finding(evidence, 'prefix/order', {
            path: segment.source.path,
            range: segment.source.range,
            severity: 'info',
            message: `\`{{${excerpt(segment.expression, 40)}}}\` prints its keys in a different order from call to call, so equal data does not render to equal text.`,
            hint: 'Sort the keys where the data is produced, so that the same data gives the same prefix.',
          }),
        );
      }
    }
  }
  return findings;
};

function* jsonValues(
  request: RenderedRequest,
): Generator<{ place: string; value: JsonValue; segment: Extract<RenderedRequest['segments'][number], { kind: 'value' }> }> {
  for (const segment of request.origins.flat(2)) {
    if (segment.kind !== 'value' || !/^\s*[{[]/.test(segment.text) || segment.text.length > 100_000) continue;
    const value = parseJson(segment.text);
    if (isJsonObject(value) || Array.isArray(value))
      yield { place: `${segment.source.path}:${segment.source.range.start}`, value, segment };
  }
}

/** The keys at every depth, in the order of the text or sorted. */
function keysOf(value: JsonValue, sorted = false): string {
  if (Array.isArray(value)) return `[${value.map((item) => keysOf(item, sorted)).join()}]`;
  if (!isJsonObject(value)) return '';
  const names = sorted ? Object.keys(value).sort() : Object.keys(value);
  return `{${names.map((name) => `${JSON.stringify(name)}${keysOf(value[name] ?? null, sorted)}`).join()}}`;
}

const at = (item: PrefixBreak): Pick<Finding, 'path' | 'range'> => ({ path: item.source.path, range: item.source.range });
