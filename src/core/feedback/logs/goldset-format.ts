/** Our own lines, of another folder. */
import { isJsonObject } from '../../json.ts';
import { readStoredLine } from '../interactions/stored-line.ts';
import { rowFormat } from './log-format.ts';

export const GOLDSET = rowFormat({
  isMapped: false,
  isBegunBy: (row) => isJsonObject(row) && typeof row['schema'] === 'string' && /^goldset\.(interaction|follow-up)\//.test(row['schema']),
  readRow: (row) => readStoredLine(JSON.stringify(row)),
});
