/** What a deploy of this edit makes the provider forget: how far the new requests begin like those of another version. */
import { prepareRenderer } from '../../prompt/render.ts';
import type { PartialSource, PromptDocument } from '../../prompt/document.ts';
import type { SegmentSource } from '../../prompt/document.ts';
import { isHumanError } from '../../problems/errors.ts';
import type { TextRange } from '../../text/text.ts';
import {
  countPrefix,
  differencesOf,
  divergence,
  segmentAt,
  sharedTokens,
  type RequestDifferences,
  type SegmentLocation,
} from './prefix.ts';
import { renderCase, type RenderedCase } from '../rendered-cases.ts';
import { requestPieces } from '../tokens/request-stream.ts';
import type { TextCounter } from '../tokens/token-counter.ts';

export interface Invalidation {
  readonly ref: string;
  /** Stable tokens of the other version that are no longer the beginning. */
  readonly tokens: number;
  /** Tokens that both versions begin with. */
  readonly shared: number;
  /** Where the two part: in the prompt as it is now; null: in its tools or schema, or they are the same. */
  readonly source: SegmentSource | null;
  /** Where in the file the first character that differs stands; null: as `source`. */
  readonly at: number | null;
}

/** A prompt as it is at a git ref. */
export interface PreviousPrompt {
  readonly ref: string;
  readonly document: PromptDocument;
  readonly partials: readonly PartialSource[];
}

/** With its requests, by the cases of the prompt as it is now; null: a case that it cannot render. */
export interface RenderedVersion extends PreviousPrompt {
  readonly requests: readonly ReturnType<typeof renderCase>[];
  /** Between those that it can render. */
  readonly differences: RequestDifferences;
}

/** Null: there is no other version. */
export function renderVersion(previous: PreviousPrompt | null, rendered: readonly RenderedCase[]): RenderedVersion | null {
  if (previous === null) return null;
  const requests = renderPrevious(previous, rendered);
  return { ...previous, requests, differences: differencesOf(requests.filter((item) => item !== null)) };
}

/** Compared case by case; the cases that both versions can render decide. Null: there is nothing to compare with. */
export function compareVersions(
  previous: RenderedVersion | null,
  rendered: readonly RenderedCase[],
  counter: TextCounter,
  model: string | null,
): Invalidation | null {
  if (previous === null) return null;
  const before = previous.requests;
  const stable = countPrefix(previous.differences, counter).stableTokens;
  const none: Invalidation = { ref: previous.ref, tokens: 0, shared: Math.round(stable), source: null, at: null };
  // Each model has a cache of its own. A document may be sent to several.
  const { model: only, columns } = previous.document;
  const sentTo = columns?.map((column) => column.model.id) ?? (only === null ? [] : [only.id]);
  if (sentTo.length > 0 && !sentTo.includes(model ?? '')) return { ...none, tokens: Math.round(stable), shared: 0 };
  let nearest: Invalidation | null = null;
  let least = stable;
  rendered.forEach(({ request }, i) => {
    const was = before[i];
    if (!was) return;
    const [now, then] = [requestPieces(request), requestPieces(was)];
    const shared = sharedTokens(now, then, counter);
    if (shared >= least) return;
    const parted = divergence(now, then);
    if (parted === null) return;
    const origin = segmentAt(request, now[parted.piece], parted.at) ?? segmentAt(request, now[parted.piece], parted.at - 1);
    const at = origin === null ? null : characterAt(origin);
    least = shared;
    nearest = {
      ref: previous.ref,
      tokens: Math.round(stable - shared),
      shared: Math.round(shared),
      source: origin?.segment.source ?? null,
      at,
    };
  });
  return nearest ?? none;
}

/** From the first character that differs to the end of its place. */
export const invalidatedRange = ({ source, at }: Invalidation): TextRange | null =>
  source === null ? null : at === null ? source.range : { start: at, end: Math.max(at, source.range.end) };

/** A literal stands in the file as it is sent; of anything else only the whole place is known. */
function characterAt({ segment, at }: SegmentLocation): number | null {
  const { start, end } = segment.source.range;
  return segment.kind === 'literal' && end - start === segment.text.length ? start + at : null;
}

function renderPrevious({ document, partials }: PreviousPrompt, rendered: readonly RenderedCase[]): ReturnType<typeof renderCase>[] {
  try {
    const renderer = prepareRenderer(document, partials);
    return rendered.map(({ goldenCase }) => (goldenCase === null ? renderer.render({ input: {} }) : renderCase(renderer, goldenCase)));
  } catch (error) {
    if (isHumanError(error)) return rendered.map(() => null);
    throw error;
  }
}
