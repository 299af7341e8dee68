/** A lane of the page as a golden case. */
import { triedCaseToWrite } from '../../adapters/tries/tried-case.ts';
import type { PickedFiles } from '../../adapters/tries/picked-files.ts';
import { HumanError } from '../../core/problems/errors.ts';
import type { NewCase } from '../../core/golden/edit/new-case.ts';
import { freeNamedId, slugOf } from '../../core/try/case-name.ts';
import { titleOfTry } from '../../core/try/tried.ts';
import { caseMessagesOf } from '../../core/try/turns.ts';
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
  const { cases, document } = loaded.target;
  const messages = spokenBefore(lane);
  return triedCaseToWrite({
    id: freeNamedId(slugOf(titleOfTry({ values, turns: [], prompt: document.path })), cases),
    ...{ loaded, expected, messages, picked },
    interaction: interaction?.interaction ?? null,
    root: loaded.root,
    vars: typed.vars,
    tools: messages === undefined ? [...lane.input.tools, ...lane.typedResults] : [],
  });
}

/** What was said before the last answer, where it is more than the prompt and its tools; undefined: the variables say all. */
function spokenBefore({ conversation, rendered, input }: LaneState): NewCase['messages'] {
  if (input.messages === undefined) return undefined;
  const asked = conversation.at(-1)?.role === 'model' ? conversation.slice(0, -1) : conversation;
  const messages = caseMessagesOf(asked, rendered);
  // Calls and results alone: the case has these in `tools`, so that the model is sent the question again.
  const continues = messages.length === asked.length - rendered.length;
  if (continues && messages.every(({ role }) => role === 'model' || role === 'tool') && messages.at(-1)?.role === 'tool') return undefined;
  if (messages.some(({ content }) => content.some((part) => 'media' in part)))
    throw new HumanError(
      'try/keep-media',
      'An earlier turn with a file was edited, and a golden case names files only in its variables.',
      'Undo the edit of that turn, or keep the first answer.',
    );
  return messages;
}
