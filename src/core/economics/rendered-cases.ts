/** A prompt rendered with the variables of its golden cases, for counting and comparing. */
import { isHumanError } from '../problems/errors.ts';
import type { JsonObject } from '../json/json.ts';
import type { GoldenCase } from '../golden/case.ts';
import { continuesPrompt } from '../golden/case-messages.ts';
import type { BuiltAnswers } from '../prompt/built/built-answer.ts';
import type { PartialSource, PromptDocument } from '../prompt/document.ts';
import { renderDataOf } from '../prompt/case-data.ts';
import { prepareRenderer } from '../prompt/render.ts';
import type { RenderedRequest } from '../prompt/request.ts';

/** More than this tells no more; evenly spread over the set. */
const MAX_CASES = 200;
/** Characters of rendered text after which no more cases are rendered. */
const MAX_TEXT = 12 * 1024 * 1024;

export interface RenderedCase {
  /** Null: the prompt has no golden cases, and its defaults stand for one. */
  readonly goldenCase: GoldenCase | null;
  readonly request: RenderedRequest;
}

/** Those of a golden set that are rendered for counting, evenly spread over it; one with messages of its own says nothing about the prompt. */
export const countedCases = (all: readonly GoldenCase[]): readonly GoldenCase[] => spread(all.filter(isRendered), MAX_CASES);

const isRendered = ({ messages }: GoldenCase): boolean => messages === undefined || continuesPrompt(messages);

/** Variables of the cases that are counted; of a prompt without cases: none at all. */
export function countedInputs({ cases }: { readonly cases: readonly GoldenCase[] }): JsonObject[] {
  const counted = countedCases(cases);
  return counted.length === 0 ? [{}] : counted.map(({ vars }) => vars);
}

/** The golden cases as they would be sent; of many, a spread that tells the same. Those that cannot be rendered are left out. */
export function renderCases(
  document: PromptDocument,
  partials: readonly PartialSource[],
  all: readonly GoldenCase[],
  built?: BuiltAnswers,
): RenderedCase[] {
  const cases = countedCases(all);
  try {
    const renderer = prepareRenderer(document, partials, built);
    if (cases.length === 0) return [{ goldenCase: null, request: renderer.render({ input: {} }) }];
    const rendered: RenderedCase[] = [];
    let text = 0;
    for (const goldenCase of cases) {
      if (text > MAX_TEXT && rendered.length > 1) break;
      const request = renderCase(renderer, goldenCase);
      if (request === null) continue;
      rendered.push({ goldenCase, request });
      text += request.segments.reduce((sum, segment) => sum + (segment.kind === 'marker' ? 0 : segment.text.length), 0);
    }
    return rendered;
  } catch (error) {
    if (isHumanError(error)) return [];
    throw error;
  }
}

/** Null: this case cannot be rendered; the diagnostics of the prompt say why. */
export function renderCase(renderer: ReturnType<typeof prepareRenderer>, goldenCase: GoldenCase): RenderedRequest | null {
  try {
    return renderer.render(renderDataOf(goldenCase));
  } catch (error) {
    if (isHumanError(error)) return null;
    throw error;
  }
}

function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T);
}
