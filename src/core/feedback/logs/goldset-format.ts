/** Our own lines, of another folder. */
import { isJsonObject } from '../../json/json.ts';
import { readStoredLine } from '../interactions/stored-line.ts';
import { isUserHash } from '../redaction/persons.ts';
import { rowFormat } from './log-format.ts';

export const GOLDSET = rowFormat({
  isMapped: false,
  isBegunBy: (row) => isJsonObject(row) && typeof row['schema'] === 'string' && /^goldset\.(interaction|follow-up)\//.test(row['schema']),
  readRow: (row, _source, { hashes }) => {
    const read = readStoredLine(JSON.stringify(row));
    if (!('interaction' in read) || read.interaction.user === null || isUserHash(read.interaction.user)) return read;
    // A program that writes this form itself may not have hashed its users.
    return { interaction: { ...read.interaction, user: hashes.user(read.interaction.user) } };
  },
});
