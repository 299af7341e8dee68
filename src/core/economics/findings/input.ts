/** Findings about what is sent: an object as text, a variable for nothing, or nearly too much. */
import { percent, quantity } from '../../display/figures.ts';
import type { Segment } from '../../prompt/request.ts';
import { objectHint } from '../../prompt/sendable.ts';
import { analysePartial } from '../../prompt/read-prompt.ts';
import { finding, type Detector } from './finding.ts';

/** `{{item}}` where the item is an object: the model gets `[object Object]`. */
export const objectAsText: Detector = (evidence) => {
  const places = new Map<string, Segment & { kind: 'value' }>();
  for (const segment of evidence.analysis.requests.flatMap(({ segments }) => segments)) {
    if (segment.kind === 'value' && segment.isObject === true) places.set(`${segment.source.path}:${segment.source.range.start}`, segment);
  }
  return [...places.values()].map(({ expression, source }) =>
    finding(evidence, 'input/object-as-text', {
      severity: 'warning',
      path: source.path,
      range: source.range,
      message: `\`{{${expression}}}\` prints an object, so the model would get [object Object]. Such a case ends in an error.`,
      hint: objectHint(expression),
    }),
  );
};

export const unusedVariable: Detector = (evidence) => {
  const { document, analysis } = evidence.reading;
  const missing = analysis.partials.some((use) => !evidence.partials.some((partial) => partial.name === use.name));
  if (analysis.problems.length > 0 || missing) return [];
  const all = [analysis, ...evidence.partials.map((partial) => analysePartial(partial, document.template))];
  if (all.some(({ readsWholeInput }) => readsWholeInput === true)) return [];
  const used = new Set(all.flatMap(({ variables }) => variables.map(({ name }) => name)));
  return document.input.declared
    .filter(({ name }) => !used.has(name))
    .map(({ name, range }) =>
      finding(evidence, 'input/unused-variable', {
        range,
        severity: 'info',
        model: null,
        message: `The template does not use the declared variable \`${name}\`.`,
        hint: 'Use it, or remove it from the schema: callers compute it for nothing.',
      }),
    );
};

/** Share of the context window from which the longest case is near its end. */
const NEAR = 0.8;

export const contextNearLimit: Detector = (evidence) => {
  const { model, reading } = evidence;
  const window = model?.facts.contextWindow;
  if (!model || !window) return [];
  // What is known: a file of which the pages are not known is no reason to refuse a prompt.
  const needed = model.input.longest + (reading.document.parameters.maxOutputTokens ?? model.output.p95 ?? 0);
  if (needed < window * NEAR) return [];
  return [
    finding(evidence, 'input/context-near-limit', {
      severity: needed > window ? 'error' : 'warning',
      message: `The longest golden case uses ${percent(needed / window)} of the model's context window of ${quantity(window, 'token')}.`,
      hint: 'Retrieve less context, or choose a model with a larger window.',
    }),
  ];
};
