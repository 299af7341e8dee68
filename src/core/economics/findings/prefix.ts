/** Findings about the prefix: what keeps the provider from caching it, and what an edit makes it forget. */
import { quantity, usd } from '../../display/figures.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../json/json.ts';
import type { RenderedRequest } from '../../prompt/request.ts';
import { excerpt } from '../../text/text.ts';
import type { ModelAnalysis } from '../analyse-prompt.ts';
import { mayMark, usedInputUsd, usesWithMarks, type CacheAnalysis } from '../cache-analysis.ts';
import { warmTokens } from '../prefix/cache-outlook.ts';
import { invalidatedRange } from '../prefix/invalidation.ts';
import { staticPlaces, type PrefixBreak } from '../prefix/prefix.ts';
import { withStaticBefore } from '../prefix/production.ts';
import { finding, type Detector, type Evidence, type Finding } from './finding.ts';

/** Fewer tokens than this are not worth a word. */
const WORTH_MOVING = 32;

export const volatileFirst: Detector = (evidence) => {
  const first = evidence.analysis.prefix.breaks[0];
  if (!first || first.nondeterministic !== null) return [];
  const gain = movable(evidence, first);
  if (gain === null) return [];
  const what = first.variable === null ? 'A condition' : `\`{{${excerpt(first.variable, 40)}}}\``;
  const effect = gain.isPartlyRead ? 'caches them only for calls with the same text before them' : 'can’t cache them';
  return [
    finding(evidence, 'prefix/volatile-first', {
      ...at(first),
      message: `${what} comes before ${quantity(gain.tokens, 'static token')}, so the provider ${effect}.`,
      hint: `Move the static text before the first variable.${markToo(evidence)}`,
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
        hint: `Move it to the end, ${item.nondeterministic === 'a time' ? 'print the day instead of the time (one miss a day), ' : ''}or remove it.${markToo(evidence)}`,
        savingPerThousandUsd: gain.saving,
      }),
    ];
  });

const isUnmarked = ({ model }: Evidence): boolean => model !== null && mayMark(model.facts) && model.facts.cache?.marks !== true;

const markToo = (evidence: Evidence): string =>
  isUnmarked(evidence) ? ' Then mark the prefix: `promptCache: { breakpoints: true }` in goldset.yaml.' : '';

/** What the static text in front of this place would have cached more, by the replay of the golden cases; null: nothing that counts. */
function movable(evidence: Evidence, item: PrefixBreak): { tokens: number; saving: number | null; isPartlyRead: boolean } | null {
  const { model } = evidence;
  const { requests } = evidence.analysis;
  const tokens = item.staticTokensAfter;
  if (tokens < WORTH_MOVING || model === null || model.cache === null || model.facts.caching === null) return null;
  const now = usesWithMarks(model.cached);
  const then = usesWithMarks(model.cached, withStaticBefore(requests, item.source, staticPlaces(requests)));
  if (now === null || then === null) return null;
  const read = warmTokens(now);
  if (warmTokens(then) - read < WORTH_MOVING) return null;
  const isPartlyRead = read >= item.tokensBefore + WORTH_MOVING;
  return { tokens, saving: savedPerThousand(model, now, then), isPartlyRead };
}

/** USD per thousand calls that other uses of the cache save; null: not known. */
function savedPerThousand(model: ModelAnalysis, now: CacheAnalysis['uses'], then: CacheAnalysis['uses']): number | null {
  const [before, after] = [now, then].map((uses) => usedInputUsd(model.cached, uses, model.service));
  return before === null || before === undefined || after === null || after === undefined ? null : (before - after) * 1000;
}

/** A prefix that the provider caches only where it is marked, in requests without marks. */
export const unmarked: Detector = (evidence) => {
  const { model } = evidence;
  if (!isUnmarked(evidence) || model?.cache?.otherwise == null) return [];
  const { uses, otherwise } = model.cache;
  const tokens = warmTokens(otherwise);
  const saving = savedPerThousand(model, uses, otherwise);
  if (tokens < WORTH_MOVING || (saving !== null && saving <= 0)) return [];
  const written = uses === null ? '' : ' Each call pays for writing its input, and no call reads it.';
  return [
    finding(evidence, 'prefix/unmarked', {
      message: `The provider caches a prefix only where the request marks it, and requests are sent without a mark: ${quantity(tokens, 'token')} are paid in full with every call.${written}`,
      hint: 'Set `promptCache: { breakpoints: true }` in goldset.yaml, and mark the same place in the application.',
      savingPerThousandUsd: saving,
    }),
  ];
};

/** Marks whose writes cost more than their reads save: calls come too rarely, or too few have the same prefix. */
export const markCosts: Detector = (evidence) => {
  const { model } = evidence;
  if (model?.cache?.uses == null || model.facts.caching?.kind !== 'marked' || model.facts.cache?.marks !== true) return [];
  const saving = savedPerThousand(model, model.cache.uses, model.cache.otherwise);
  if (saving === null || saving <= 0 || evidence.cases.length < 2) return [];
  return [
    finding(evidence, 'prefix/mark-costs', {
      message: 'Writing the marked prefix costs more than reading it saves: too few calls find it in the cache.',
      hint: 'Set `promptCache: { breakpoints: false }` in goldset.yaml, choose a longer `ttl`, or move what differs behind the static text.',
      savingPerThousandUsd: saving,
    }),
  ];
};

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
