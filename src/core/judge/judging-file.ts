/** Which changed files may change what is said of judges. */
import { calibrationFile } from './calibration/read-calibration.ts';

const PROMPT = '.prompt';

/**
 * Whether a judged rate may be another after this file changed: a prompt matters where a calibration stands beside it, which it may make stale, or
 * when judges may include it (`_NAME.prompt`). Any other watched file matters. `exists`: whether there is a file.
 */
export function changesJudging(file: string, exists: (file: string) => boolean): boolean {
  if (!file.endsWith(PROMPT)) return true;
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return name.startsWith('_') || exists(calibrationFile(file));
}
