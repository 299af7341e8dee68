/** Prints each row as it is measured and appends it to out/bench/rows.jsonl; prints the whole table at the end. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cellsOf, HEADINGS, line, rowOf, table, type Absence, type Measurement, type Row } from './row.ts';

const FILE = path.resolve('out/bench/rows.jsonl');
/** Of the columns while not every row is known. */
const WIDTHS = [66, 14, 9, 20, 0];

export class Report {
  private readonly rows: Row[] = [];
  private readonly problems: string[] = [];
  private readonly facts = { date: new Date().toISOString(), ...commit(), machine: machine() };
  private partBegan = 0;
  private readonly began = performance.now();

  constructor() {
    mkdirSync(path.dirname(FILE), { recursive: true });
  }

  get failed(): boolean {
    return this.problems.length > 0;
  }

  begin(part: string): void {
    this.partBegan = performance.now();
    console.log(`\n== ${part}\n${line(HEADINGS, WIDTHS)}`);
  }

  /** @throws {Error} when the row has no value. */
  add(part: string, measured: Measurement | Absence): void {
    const row = rowOf(part, measured);
    this.rows.push(row);
    console.log(line(cellsOf(row), WIDTHS));
    this.store(row);
  }

  fail(part: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.problems.push(`${part}: ${message.split('\n')[0] ?? ''}`);
    console.error(`✘ ${part}: ${error instanceof Error ? (error.stack ?? message) : message}`);
    this.store({ part, error: message });
  }

  ended(part: string): void {
    console.log(`${part}: ${seconds(this.partBegan)}`);
  }

  end(): void {
    console.log(`\n${table(this.rows)}\n\n${this.rows.length} rows in ${seconds(this.began)}, stored in ${path.relative('.', FILE)}`);
    for (const problem of this.problems) console.error(`✘ ${problem}`);
  }

  private store(what: object): void {
    appendFileSync(FILE, `${JSON.stringify({ ...what, ...this.facts, load: os.loadavg()[0] })}\n`);
  }
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(0)} s`;

/** Null where there is no git repository. */
function commit(): { commit: string | null; isChanged: boolean | null } {
  const git = (...args: string[]): string | null => {
    const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : null;
  };
  const changes = git('status', '--porcelain', '--untracked-files=no');
  return { commit: git('rev-parse', 'HEAD'), isChanged: changes === null ? null : changes !== '' };
}

function machine(): object {
  const cpus = os.cpus();
  return {
    system: `${os.platform()} ${os.release()} ${os.arch()}`,
    node: process.version,
    cpu: cpus[0]?.model ?? null,
    cores: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / 1024 / 1024),
  };
}
