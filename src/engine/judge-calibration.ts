/** Calibrating and reviewing from the editor: what needs no engine of its own, only its bundle. */
export { calibrateJudge, labelledJudges } from '../adapters/judging/calibrate-judge.ts';
export { calibrationPage } from '../core/report/calibration-page.ts';
export { JudgeImprover } from './judge-improver.ts';
export { Reviews } from './reviews.ts';
