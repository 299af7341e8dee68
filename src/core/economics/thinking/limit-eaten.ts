/** A limit of the output covers thinking and answer: a model that thinks to its end has nothing left to answer with. */
import type { Usage } from '../prices/usage.ts';

/** Share of the output above which thinking, not the answer, has used up the limit. */
const MOST = 0.8;

/** Whether the answer was cut off at its limit, and thinking is what filled it. False where the usage is not known. */
export const isLimitEaten = ({ finish, usage }: { readonly finish: string | null; readonly usage: Usage | null }): boolean =>
  finish === 'length' && usage !== null && usage.output > 0 && usage.reasoning > MOST * usage.output;

/** What to do about it: effort is the lever, and the limit has to hold both. `effort`, `limit`: the keys, as the file names them. */
export const limitEatenHint = (effort: string, limit: string): string =>
  `Set a lower \`${effort}\`, or a \`${limit}\` that holds thinking and answer.`;

/** Where no file is open. */
export const LIMIT_EATEN_HINT = limitEatenHint('reasoningEffort', 'maxOutputTokens');
