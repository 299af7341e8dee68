/**
 * Files of the batch APIs: the answers of OpenAI, Groq and compatible servers (`response.body`), of Anthropic (`result.message`) and of Gemini
 * (`response.candidates`), each with the request of the input file of the same batch, where it is imported too.
 */
import type { PersonHash } from '../../redaction/persons.ts';
import {
  NOTHING_READ,
  readLogOf,
  type LogFormat,
  type LogItem,
  type LogReader,
  type LogSource,
  type ReadLog,
  type ReadRow,
} from '../log-format.ts';
import { batchAnswerLine, batchIdOf, isBatchAnswer, isBatchRequest, type BatchRequest } from './batch-rows.ts';

/** Requests that are remembered, and characters of them. Beyond, answers have no messages. */
const REMEMBERED = { requests: 200_000, characters: 256 << 20 };

export const BATCH: LogFormat = {
  binaryNames: null,
  isInCsv: false,
  isMapped: false,
  isBegunBy: (row) => isBatchRequest(row) || isBatchAnswer(row),
  // Requests before answers.
  rankOf: (first) => (first !== null && 'row' in first && isBatchRequest(first.row) ? 0 : 1),
  open: ({ hashes }) => new BatchReader(hashes.user),
};

class BatchReader implements LogReader {
  private readonly requests = new Map<string, { readonly row: BatchRequest; isAnswered: boolean }>();
  private characters = 0;

  constructor(private readonly hash: PersonHash) {}

  read(item: LogItem, { writtenMs, mapping }: LogSource): ReadLog {
    if (!('row' in item)) return readLogOf([{ problem: 'It is no row.' }]);
    const { row } = item;
    if (isBatchRequest(row)) return this.remember(row);
    if (!isBatchAnswer(row)) return readLogOf([{ problem: 'It is neither a request nor an answer of a batch.' }]);
    const known = this.requests.get(batchIdOf(row));
    if (known !== undefined) known.isAnswered = true;
    const time = mapping.constants.time ?? null;
    return readLogOf([batchAnswerLine(row, known?.row ?? null, { writtenMs, time, hash: this.hash })]);
  }

  /** Requests without an answer are no calls. */
  close(): ReadLog {
    const open = [...this.requests.values()].filter(({ isAnswered }) => !isAnswered).length;
    this.requests.clear();
    return {
      ...NOTHING_READ,
      records: open,
      skipped: open === 0 ? [] : [{ reason: 'It is a request of a batch whose answer is in none of the files.', count: open }],
    };
  }

  /** An answered one is told with its answer. */
  private remember(row: BatchRequest): ReadLog {
    const characters = JSON.stringify(row).length;
    if (this.requests.size >= REMEMBERED.requests || this.characters + characters > REMEMBERED.characters) {
      const read: ReadRow = { skipped: 'It is a request of a batch, beyond what is kept to join it with its answer.' };
      return readLogOf([read]);
    }
    this.characters += characters;
    this.requests.set(batchIdOf(row), { row, isAnswered: false });
    return { ...NOTHING_READ, records: 0 };
  }
}
