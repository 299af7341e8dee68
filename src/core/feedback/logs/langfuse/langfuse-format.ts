/** Exports of Langfuse: observations and scores row by row, downloads of a trace with its observations, rows of its ClickHouse tables. */
import type { JsonValue } from '../../../json/json.ts';
import type { PersonHash } from '../../redaction/persons.ts';
import { rowFormat, type ReadRow } from '../log-format.ts';
import { isLangfuseRow, langfuseRows, type LangfuseRow } from './langfuse-exports.ts';
import { observationLine, scoreLine } from './langfuse-rows.ts';

export const LANGFUSE = rowFormat({
  isMapped: false,
  isBegunBy: isLangfuseRow,
  readRow: (row, _source, { hashes }) => {
    const rows = langfuseRows(row);
    return rows === null ? observationLine(row, hashes.user) : rows.map((item) => read(item, hashes.user));
  },
});

const read = ({ kind, row }: LangfuseRow, hash: PersonHash): ReadRow =>
  kind === 'score' ? scoreLine(row satisfies JsonValue) : observationLine(row, hash);
