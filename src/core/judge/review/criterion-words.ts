/** What a review grades by, for people who never saw an assertion. */
import type { DrawFile } from '../labels/draw-file.ts';

export const criterionWords = (criterion: DrawFile['frame']['criterion']): string =>
  criterion === null
    ? 'Is this a good answer? There is no written criterion: use your own judgement.'
    : criterion.text === ''
      ? `${criterion.type}: as the judge’s prompt says it.`
      : `${criterion.type}: ${criterion.text}`;
