/** A try as a golden case: what was typed or said, and what a person accepts as right. */
import { defaultGolden } from '../../core/prompt/formats/prompt-name.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import { parseJson, type JsonObject, type JsonValue } from '../../core/json.ts';
import { HumanError } from '../../core/errors.ts';
import { inputFields } from '../../core/try/input-fields.ts';
import { caseMessagesOf } from '../../core/try/turns.ts';
import { titleOfTry } from '../../core/try/tried.ts';
import { freeCaseId, slugOf } from '../../core/try/case-name.ts';
import type { PickedFiles } from './picked-files.ts';
import type { LaneState } from './try-lane.ts';
import type { RootedLoad } from './try-ports.ts';

export interface KeptLane {
  readonly lane: LaneState;
  /** As the golden set is now. */
  readonly loaded: RootedLoad;
  /** What the person accepts or wrote; null: nothing is said to be right. */
  readonly expected: string | null;
  readonly picked: PickedFiles;
}

/** @throws {HumanError} when a file cannot be copied, or the conversation cannot be a case. */
export function keptCase({ lane, loaded, expected, picked }: KeptLane): NewCase {
  const { typed, values, interaction } = lane.input;
  const { target } = loaded;
  const prompt = loaded.file.replace(/#.*$/s, '');
  const golden = loaded.goldenFile ?? defaultGolden(loaded.file);
  const files = inputFields({ reading: loaded.reading, partials: loaded.partials, cases: target.cases }).filter(
    ({ kind }) => kind === 'media',
  );
  const vars: JsonObject = { ...typed.vars };
  const references: string[] = [];
  for (const { name } of files) {
    const value = vars[name];
    if (typeof value !== 'string' || value === '' || /^(https?|data):/i.test(value)) continue;
    vars[name] = `file://${picked.reference(value, loaded.root, prompt, golden)}`;
    references.push(name);
  }
  const messages = spokenBefore(lane);
  const title = titleOfTry({ values, turns: [], prompt: target.document.path });
  const isUnverified = expected === null || expected.trim() === '';
  return {
    id: freeCaseId(slugOf(title), target.cases),
    description: null,
    vars,
    expected: isUnverified ? null : expectedValue(expected),
    ...(messages === undefined ? {} : { messages }),
    ...(messages === undefined && lane.typedResults.length > 0 ? { tools: lane.typedResults } : {}),
    ...(isUnverified ? { status: 'unverified' as const } : {}),
    ...(Object.values(vars).some((value) => Array.isArray(value)) ? { expandLists: false as const } : {}),
    metadata: interaction === null ? {} : { source: { interaction } },
    references,
  };
}

/** What was said before the last answer, where it is more than the prompt and its tools; undefined: the variables say all. */
function spokenBefore({ conversation, rendered, input }: LaneState): NewCase['messages'] {
  if (input.messages === undefined) return undefined;
  const asked = conversation.at(-1)?.role === 'model' ? conversation.slice(0, -1) : conversation;
  const rest = asked.slice(rendered.length);
  // Calls and results alone: the case has these in `tools`, so that the model is asked again.
  const isToolsOnly =
    caseMessagesOf(asked, rendered).length === rest.length &&
    rest.every(({ role, content }) => role !== 'user' && content.every((part) => !('text' in part) || role === 'model'));
  if (rest.length > 0 && isToolsOnly && rest.at(-1)?.role === 'tool') return undefined;
  const messages = caseMessagesOf(asked, rendered);
  if (messages.some(({ content }) => content.some((part) => 'media' in part)))
    throw new HumanError(
      'try/keep-media',
      'An earlier turn with a file was edited, and a golden case names files only in its variables.',
      'Undo the edit of that turn, or keep the first answer.',
    );
  return messages;
}

/** JSON is data: the output must contain it. Anything else is text. */
function expectedValue(text: string): JsonValue {
  const value = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  return value ?? text;
}
