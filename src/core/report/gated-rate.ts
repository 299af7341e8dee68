/** How a pass rate stands to the one that is required, in a sentence, where a judge is part of it. */
import { percent } from '../display/figures.ts';
import { rateText } from '../results/judged-rate.ts';
import type { RunReport } from '../run/report.ts';

/** Null: no rate is required, or no judge was asked: then the pass rate and the verdict say all. */
export function gatedText({ candidates, gated = [] }: Pick<RunReport, 'candidates' | 'gated'>, id: string): string | null {
  const found = gated.find(({ candidate }) => candidate === id);
  const own = candidates.find((candidate) => candidate.id === id);
  if (found === undefined || own === undefined) return null;
  const { judged, uncalibrated, passRate } = own;
  const wanted = percent(found.minPassRate);
  if (judged !== undefined && judged.value !== null && judged.low !== null && judged.high !== null) {
    const rate = rateText({ value: judged.value, low: judged.low, high: judged.high });
    return {
      reached: `The corrected pass rate ${rate} is surely at least the required ${wanted}.`,
      missed: `The corrected pass rate ${rate} is surely below the required ${wanted}.`,
      open: `The corrected pass rate ${rate} may be below or above the required ${wanted}: more cases or more labels would tell.`,
    }[found.rate];
  }
  if (judged === undefined && !uncalibrated) return null;
  return `The judge alone decides: its pass rate ${percent(passRate)} is ${found.rate === 'missed' ? 'below' : 'at least'} the required ${wanted}, and no corrected rate is known.`;
}
