/** Rows of any tool, whose columns mean what a mapping says. */
import { rowFormat } from '../log-format.ts';
import { interactionOfRow } from './row-interaction.ts';

export const MAPPED_ROWS = rowFormat({
  isMapped: true,
  isBegunBy: () => true,
  readRow: (row, { mapping }, { hashes }) => interactionOfRow(row, mapping, hashes),
});
