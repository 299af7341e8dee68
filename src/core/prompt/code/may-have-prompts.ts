/** A search of the text of a file that costs less than parsing it. */
import { CALL_ENDS } from './call-names.ts';
import { NAME_ENDS } from './constants.ts';
import { MARKER } from './markers.ts';

/** A call of a shape by its last name; `create`, `parse` and `stream` only behind the name of an interface. */
const METHODS = ['create', 'acreate', 'parse', 'stream'];
const FUNCTIONS = CALL_ENDS.filter((end) => !METHODS.includes(end) && !end.startsWith('from') && !/^a?completion$/.test(end));
const CALL = [
  `(?:completions|ChatCompletion|responses|messages)\\s*\\.\\s*(?:${METHODS.join('|')})\\b`,
  `(?:${FUNCTIONS.join('|')})\\b`,
  `\\ba?completion\\s*\\(`,
];
const NAME = `(?:${NAME_ENDS.join('|')})(?:\\s*\\(|\\s*(?::[^=\\n]{0,200})?=(?![=>]))`;
const CLUE = new RegExp([MARKER, ...CALL, NAME].join('|'));

/** Whether a source file can have a prompt. `text` may be its bytes as Latin-1: the clues are ASCII. */
export const mayHavePrompts = (text: string): boolean => CLUE.test(text);
