/** Findings about what is sent: the same twice, for nothing, or nearly too much. */
import { percent, quantity } from '../../figures.ts';
import type { Segment } from '../../prompt/request.ts';
import { objectHint } from '../../prompt/sendable.ts';
import { analysePartial } from '../../prompt/read-prompt.ts';
import { excerpt } from '../../text.ts';
import { finding, inputSaving, type Detector } from './finding.ts';

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

/** Shorter passages repeat for good reasons. Tokens. */
const WORTH_SAYING_ONCE = 24;

export const repeatedText: Detector = (evidence) => {
  const seen = new Map<string, number>();
  const findings = [];
  const segments = (evidence.analysis.requests[0]?.origins ?? []).flat(2);
  const places = new Set<string>();
  for (const segment of segments) {
    const place = `${segment.source.path}:${segment.source.range.start}`;
    // A loop prints the same source many times; that is what loops do.
    if (segment.kind !== 'literal' || places.has(place)) continue;
    places.add(place);
    let at = segment.source.range.start;
    for (const paragraph of passagesOf(segment.text, seen)) {
      const text = paragraph.replace(/\s+/g, ' ').trim();
      const tokens = evidence.counter.count(text);
      if (tokens >= WORTH_SAYING_ONCE && seen.has(text)) {
        const start = Math.max(segment.source.range.start, evidence.text.indexOf(paragraph.trim(), at));
        findings.push(
          finding(evidence, 'input/repeated-text', {
            path: segment.source.path,
            range: { start, end: Math.max(start, Math.min(segment.source.range.end, start + paragraph.trim().length)) },
            message: `The prompt contains "${excerpt(text, 50)}" twice: ${quantity(tokens, 'token')} per call.`,
            hint: 'Keep one copy, where it matters most.',
            savingPerThousandUsd: inputSaving(evidence.model, tokens * (evidence.model?.tokenizer.factor ?? 1)),
          }),
        );
      }
      seen.set(text, tokens);
      at += paragraph.length;
    }
  }
  return findings;
};

/** Paragraphs; where one does not stand twice as a whole, its lines. */
const passagesOf = (text: string, seen: ReadonlyMap<string, number>): string[] =>
  text.split(/\n\s*\n/).flatMap((paragraph) => {
    const lines = paragraph.split('\n');
    return lines.length === 1 || seen.has(paragraph.replace(/\s+/g, ' ').trim()) ? [paragraph] : [paragraph, ...lines];
  });

export const unusedVariable: Detector = (evidence) => {
  const { document, analysis } = evidence.reading;
  const missing = analysis.partials.some((use) => !evidence.partials.some((partial) => partial.name === use.name));
  if (analysis.problems.length > 0 || missing) return [];
  const inPartials = evidence.partials.flatMap((partial) => analysePartial(partial, evidence.reading.document.template).variables);
  const used = new Set([...analysis.variables, ...inPartials].map((use) => use.name));
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
