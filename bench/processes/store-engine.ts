/** ClickHouse (chdb) with a month of spans behind the HTTP endpoint of the tests: arguments are the spans, the user and the password. */
import { Engine } from '../../test/system/stores/engine.ts';
import { COLLECTOR_TABLES } from '../../test/system/stores/planted-tables.ts';
import { StoreEndpoint } from '../../test/system/stores/store-endpoint.ts';
import { DATABASE, DAYS, insertsOf, SPANS_PER_CALL } from '../inputs/stored-spans.ts';

export interface StoreReady {
  readonly url: string;
  /** Time of filling, ms. */
  readonly filled: number;
  /** Of the spans: bytes on disk, and of their columns uncompressed. */
  readonly disk: number;
  readonly plain: number;
}
/** What was asked since the last time. */
export interface StoreAsked {
  readonly queries: number;
  /** Bytes of the answers. */
  readonly bytes: number;
}

const DAY = 86_400_000;
const [spans = '', user = '', password = ''] = process.argv.slice(2);
const engine = Engine.open();
if (engine === null) throw new Error('chdb is not installed: npm run bench:stores');
const began = performance.now();
for (const sql of [`CREATE DATABASE ${DATABASE}`, ...COLLECTOR_TABLES('map', DATABASE)]) engine.run(sql);
const today = Math.floor(Date.now() / DAY) * DAY;
const calls = Math.round(Number(spans) / SPANS_PER_CALL / DAYS);
for (let day = 0; day < DAYS; day++) for (const sql of insertsOf(day, calls, today - (DAYS - day) * DAY)) engine.run(sql);
const filled = performance.now() - began;
const sum = (column: string): number =>
  Number(
    engine.run(`SELECT sum(${column}) FROM system.parts WHERE active AND database = '${DATABASE}' AND table = 'otel_traces' FORMAT TSV`),
  );
let asked = { queries: 0, bytes: 0 };
const endpoint = new StoreEndpoint(
  async (query) => {
    const text = await engine.answer(query);
    asked = { queries: asked.queries + 1, bytes: asked.bytes + text.length };
    return text;
  },
  { user, password },
);
void endpoint
  .listen()
  .then((url) => process.send?.({ url, filled, disk: sum('bytes_on_disk'), plain: sum('data_uncompressed_bytes') } satisfies StoreReady));
process.on('message', () => {
  process.send?.(asked satisfies StoreAsked);
  asked = { queries: 0, bytes: 0 };
  endpoint.asked.length = 0;
});
process.once('disconnect', () => {
  engine.close();
  process.exit();
});
