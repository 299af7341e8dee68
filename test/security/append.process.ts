/**
 * Appends lines and says which were acknowledged: `node append FILE NAME COUNT BATCH`. With a limit of the file size, as `ulimit -f` sets
 * it, writes are cut short and then fail, like those on a full disk.
 */
import { isPartlyWritten } from '../../src/adapters/partly-written.ts';
import { appendLines, appendLinesLater } from '../../src/adapters/storage/append-lines.ts';

const [file = '', name = '', count = '0', batch = '1', how = 'now'] = process.argv.slice(2);
const acknowledged: string[] = [];
let failures = 0;
for (let from = 0; from < Number(count); from += Number(batch)) {
  const lines = Array.from({ length: Number(batch) }, (_, i) =>
    JSON.stringify({ id: `${name}-${from + i}`, text: 'x'.repeat((from + i) % 97) }),
  );
  try {
    if (how === 'now') appendLines(file, lines);
    else await appendLinesLater(file, lines);
    acknowledged.push(...lines);
  } catch (error) {
    if (!isPartlyWritten(error)) throw error;
    failures++;
    acknowledged.push(...lines.slice(0, error.written));
  }
}
process.stdout.write(JSON.stringify({ acknowledged, failures }));
