/** Exports of Langfuse: observations and scores, row by row. */
import { isJsonObject } from '../../../json.ts';
import { rowFormat } from '../log-format.ts';
import { observationLine, scoreLine } from './langfuse-rows.ts';

export const LANGFUSE = rowFormat({
  isMapped: false,
  isBegunBy: (row) => {
    const has = (...names: readonly string[]): boolean => isJsonObject(row) && names.every((name) => Object.hasOwn(row, name));
    return has('traceId', 'type', 'startTime') || has('dataType', 'subject', 'timestamp');
  },
  readRow: (row, _source, { hashes }) =>
    isJsonObject(row) && row['dataType'] !== undefined ? scoreLine(row) : observationLine(row, hashes.user),
});
