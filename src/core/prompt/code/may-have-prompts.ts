/** A search of the text of a file that costs less than parsing it. */
import { AGENTS, CALL_ENDS } from './call-names.ts';
import { NAME_ENDS, PYTHON_NAME_ENDS } from './constants.ts';
import { MARKER } from './markers.ts';
import { SYSTEM_ROLE } from './message-lists.ts';

/** A call of a shape by its last name; `create`, `parse` and `stream` only behind the name of an interface. */
const METHODS = ['create', 'acreate', 'parse', 'stream'];
const FUNCTIONS = CALL_ENDS.filter(
  (end) => !AGENTS.includes(end) && !METHODS.includes(end) && !end.startsWith('from') && !/^a?completion$/.test(end),
);
const CALL = [
  `(?:completions|ChatCompletion|responses|messages)\\s*\\.\\s*(?:${METHODS.join('|')})\\b`,
  `(?:${FUNCTIONS.join('|')})\\b`,
  `\\ba?completion\\s*\\(`,
  // Python and TypeScript write the type of the context between: `Agent[Context](`.
  `\\b(?:${AGENTS.join('|')})\\s*(?:\\[[^\\]\\n]{0,100}\\]|<[^>\\n]{0,100}>)?\\s*\\(`,
  SYSTEM_ROLE,
];
const NAME = `(?:${[...NAME_ENDS, ...PYTHON_NAME_ENDS].join('|')})(?:\\s*\\(|\\s*(?::[^=\\n]{0,200})?=(?![=>]))`;
const CLUE = new RegExp([MARKER, ...CALL, NAME].join('|'));

/** Whether a source file can have a prompt. `text` may be its bytes as Latin-1: the clues are ASCII. */
export const mayHavePrompts = (text: string): boolean => CLUE.test(text);
