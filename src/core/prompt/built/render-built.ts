/**
 * What a function of the user's program returned → RenderedRequest.
 *
 * The function is not called here: it runs in a process, and rendering happens in the worker, synchronously and often. So an adapter
 * calls it before (`src/adapters/process/build-functions.ts`), once for the variables of each case, and rendering looks the answer up.
 * Everything after that, plan, cache key, prefix and journal, treats it like the rendering of a template.
 *
 * The messages are sent as they were returned, so no text becomes structure. Which text is static is not known from code; what is the
 * same in every answer, at the start or at the end of a message, counts as static, and the rest of it as one value.
 */
import { HumanError } from '../../problems/errors.ts';
import type { PromptDocument, SegmentSource, Template } from '../document.ts';
import type { AssembledMessage } from '../messages.ts';
import { jsonEquals, type JsonObject, type JsonValue } from '../../json/json.ts';
import type { TextSegment } from '../request.ts';
import { shownBuild } from './build-reference.ts';
import { variablesKey, type BuiltAnswer, type BuiltAnswers, type BuiltRequest } from './built-answer.ts';

export interface RenderedBuild {
  readonly request: BuiltRequest;
  readonly messages: readonly AssembledMessage[];
}

/** Looks up what was returned for variables. @throws {HumanError} when the function failed for them, or was not called. */
export function builtRenderer({ path, template }: PromptDocument, answers: BuiltAnswers): (variables: JsonObject) => RenderedBuild {
  const shared = sharedTexts([...answers.values()]);
  return (variables) => {
    const answer = answers.get(variablesKey(variables));
    if (answer === undefined)
      throw new HumanError('build/not-called', `The function that builds ${path} was not called for these variables.`, 'Run the prompt.');
    if ('problem' in answer) throw new HumanError(answer.code, answer.problem, answer.hint);
    if (template.kind === 'built') refuseOther(template, answer);
    const messages = answer.messages.map((message, i): AssembledMessage => ({
      message,
      origins: message.content.map((part, j) =>
        'text' in part ? segmentsOf(part.text, shared.get(placeKey(i, j)), (piece) => placeIn(path, i, j, piece)) : [],
      ),
    }));
    return { request: answer, messages };
  };
}

/** A case whose model or parameters differ from those of the first would be counted, sent and compared as what it is not. */
function refuseOther({ build, first }: Extract<Template, { kind: 'built' }>, { model, parameters }: BuiltRequest): void {
  if (first === undefined) return;
  const same = (a: unknown, b: unknown): boolean => jsonEquals(a as JsonValue, b as JsonValue);
  if (model === first.model && same(parameters, first.parameters)) return;
  const what = model === first.model ? 'other parameters' : `the model ${model ?? '(none)'} instead of ${first.model ?? '(none)'}`;
  throw new HumanError(
    'build/differs',
    `${shownBuild(build)} returned ${what} for this case. All cases of a candidate have the model and the parameters of the first.`,
    'Make two prompts of it, each with the cases of one model.',
  );
}

interface Shared {
  readonly start: number;
  readonly end: number;
}

/** What a function returned stands in no file; these numbers tell its places apart, in the order of the request. */
const PER_MESSAGE = 10_000;
const PER_PART = 3;
const placeIn = (path: string, message: number, part: number, piece: 0 | 1 | 2): SegmentSource => {
  const at = message * PER_MESSAGE + part * PER_PART + piece;
  return { path, range: { start: at, end: at } };
};
const placeKey = (message: number, part: number): string => `${message}/${part}`;

/** Characters that the text of each place has in common over all answers, from its start and from its end. One answer says nothing. */
function sharedTexts(answers: readonly BuiltAnswer[]): ReadonlyMap<string, Shared> {
  const requests = answers.flatMap((answer) => ('problem' in answer ? [] : [answer]));
  const [first, ...others] = requests;
  const shared = new Map<string, Shared>();
  if (first === undefined || others.length === 0) return shared;
  first.messages.forEach(({ role, content }, i) =>
    content.forEach((part, j) => {
      if (!('text' in part)) return;
      const texts = others.map(({ messages }) => {
        const other = messages[i]?.content[j];
        return other !== undefined && 'text' in other && messages[i]?.role === role ? other.text : '';
      });
      const start = Math.min(...texts.map((text) => commonStart(part.text, text)));
      const longest = Math.min(...[part.text, ...texts].map((text) => text.length - start));
      const end = Math.min(longest, ...texts.map((text) => commonEnd(part.text, text)));
      shared.set(placeKey(i, j), { start, end });
    }),
  );
  return shared;
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return /[\uD800-\uDBFF]/.test(a[at - 1] ?? '') ? at - 1 : at;
}

function commonEnd(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[a.length - 1 - at] === b[b.length - 1 - at]) at++;
  return /[\uDC00-\uDFFF]/.test(a[a.length - at] ?? '') ? at - 1 : at;
}

function segmentsOf(text: string, shared: Shared | undefined, source: (piece: 0 | 1 | 2) => SegmentSource): TextSegment[] {
  const { start, end } = shared ?? { start: 0, end: 0 };
  const segments: TextSegment[] = [
    { kind: 'literal', text: text.slice(0, start), source: source(0) },
    { kind: 'value', text: text.slice(start, text.length - end), expression: 'messages', source: source(1) },
    { kind: 'literal', text: text.slice(text.length - end), source: source(2) },
  ];
  return segments.filter((segment) => segment.text !== '');
}
