/** Lists of messages that stand by themselves: a variable, or the argument of a function of the program. */

/** The role of the first message, as objects and keywords write it. */
export const SYSTEM_ROLE = `\\brole["']?\\s*[:=]\\s*["'](?:system|developer)["']`;

/** Characters of a list in which the role of its first message stands. */
const HEAD = 400;
const STARTS = new RegExp(SYSTEM_ROLE);

/** Whether the text of a list may begin with a system message. `at`: where the list begins. */
export const mayBeMessages = (text: string, at: number): boolean => STARTS.test(text.slice(at, at + HEAD));
