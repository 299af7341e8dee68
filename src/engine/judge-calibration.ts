/** Calibrating a judge from the editor: functions that need no engine, only its bundle. */
export { calibrateJudge, labelledJudges } from '../adapters/judging/calibrate-judge.ts';
export { calibrationPage } from '../core/report/calibration-page.ts';
