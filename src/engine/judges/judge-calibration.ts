/** Calibrating and reviewing from the editor: what needs no engine of its own, only its bundle. */
export { calibrateJudge, labelledJudges } from '../../adapters/judging/calibrate-judge.ts';
export { alignmentPage } from '../../adapters/judging/alignment-page.ts';
export { calibrationPage } from '../../core/report/calibration-page.ts';
export { JudgeImprover } from './judge-improver.ts';
export { Reviews } from '../labelling/reviews.ts';
