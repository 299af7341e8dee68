/** Rows of any tool, whose columns mean what a mapping says. Rows that are events of a call are joined before they are read. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json/json.ts';
import { NOTHING_READ, readLogOf, type LogFormat, type LogPorts, type LogReader, type LogSource, type ReadRow } from '../log-format.ts';
import { isCallRow, textAt, withChildren } from './call-rows.ts';
import { JOINED_END, valueAt, type ImportMapping } from './mapping.ts';
import { interactionOfRow } from './row-interaction.ts';

/** Calls whose rows are waited for, and characters of them: beyond, the oldest is taken as it is. */
const WAITING = { calls: 20_000, characters: 64 << 20 };

export const MAPPED_ROWS: LogFormat = {
  binaryNames: null,
  isInCsv: true,
  isMapped: true,
  isBegunBy: () => true,
  rankOf: () => 0,
  open: (ports) => new MappedReader(ports),
};

interface WaitingCall {
  readonly row: JsonObject;
  readonly mapping: ImportMapping;
  characters: number;
}

class MappedReader implements LogReader {
  private readonly waiting = new Map<string, WaitingCall>();
  private characters = 0;

  constructor(private readonly ports: LogPorts) {}

  read(item: Parameters<LogReader['read']>[0], { mapping }: LogSource): ReturnType<LogReader['read']> {
    if (!('row' in item)) return readLogOf([{ problem: 'It is no row.' }]);
    const rows = withChildren(item.row, mapping.children);
    return readLogOf(
      rows.flatMap((row) => this.readRow(row, mapping)),
      rows.length,
    );
  }

  close(): ReturnType<LogReader['close']> {
    const rest = [...this.waiting.values()].map((call) => this.callOf(call));
    this.waiting.clear();
    return { ...NOTHING_READ, ...readLogOf(rest, 0) };
  }

  private readRow(row: JsonValue, mapping: ImportMapping): readonly ReadRow[] {
    const { only, join } = mapping;
    if (!isCallRow(row, only))
      return [
        {
          skipped: `Its \`${only?.from ?? ''}\` is "${textAt(row, only?.from ?? '').slice(0, 60)}", not ${only?.values.join(' or ') ?? ''}.`,
        },
      ];
    const id = join === undefined ? '' : textAt(row, join);
    if (id === '' || !isJsonObject(row)) return [interactionOfRow(row, mapping, this.ports.hashes)];
    return this.wait(id, row, mapping);
  }

  /** Of the rows of a call each says what it knows: the later one counts, but the call began with the first. */
  private wait(id: string, row: JsonObject, mapping: ImportMapping): readonly ReadRow[] {
    const known = this.waiting.get(id);
    const characters = JSON.stringify(row).length;
    const together = known === undefined ? row : joined(known.row, row, mapping);
    this.waiting.delete(id);
    this.waiting.set(id, { row: together, mapping, characters: (known?.characters ?? 0) + characters });
    this.characters += characters;
    const done: ReadRow[] = known === undefined ? [] : [{ skipped: 'It is joined with the row that began its call.' }];
    while (this.waiting.size > WAITING.calls || this.characters > WAITING.characters) {
      const [oldest] = this.waiting;
      if (oldest === undefined) break;
      this.waiting.delete(oldest[0]);
      this.characters -= oldest[1].characters;
      done.push(this.callOf(oldest[1]));
    }
    return done;
  }

  private callOf({ row, mapping }: WaitingCall): ReadRow {
    return interactionOfRow(row, mapping, this.ports.hashes);
  }
}

/** The time of the later row is the end of the call, unless the mapping knows it. */
function joined(first: JsonObject, later: JsonObject, { fields }: ImportMapping): JsonObject {
  const time = fields.time?.from;
  const kept = Object.entries(later).filter(([, value]) => value !== null && value !== '' && !isEmpty(value));
  const known = { ...first, ...Object.fromEntries(kept) };
  if (time === undefined) return known;
  const began = valueAt(first, time);
  const ended = valueAt(later, time);
  return { ...known, ...(began === undefined ? {} : { [time]: began }), ...(ended === undefined ? {} : { [JOINED_END]: ended }) };
}

const isEmpty = (value: JsonValue): boolean =>
  Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
