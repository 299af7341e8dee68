/** Rows of the newest names: so many, and as many before them. */
import { NameTable } from './signals/name-table.ts';
import type { TextHash } from '../../text/text-hash.ts';

const RECENT = 20_000;

export class RecentRows {
  private newest: NameTable;
  private earlier: NameTable;

  constructor(tables: { readonly recent?: Uint8Array; readonly earlier?: Uint8Array } = {}) {
    this.newest = tableOf(tables.recent);
    this.earlier = tableOf(tables.earlier);
  }

  /** A name that is known already means the new row from now on. */
  add(name: TextHash, row: number): void {
    if (this.newest.size >= RECENT) {
      this.earlier = this.newest;
      this.newest = new NameTable(1, this.earlier);
    }
    this.newest.add([name], [row]);
  }

  /** Null: it is not among the newest. */
  find(name: TextHash): number | null {
    return rowIn(this.newest, name) ?? rowIn(this.earlier, name);
  }

  tables(): { readonly recent: NameTable; readonly earlier: NameTable } {
    return { recent: this.newest, earlier: this.earlier };
  }
}

const tableOf = (bytes: Uint8Array | undefined): NameTable => (bytes && NameTable.from(bytes, 1)) ?? new NameTable(1);

function rowIn(table: NameTable, name: TextHash): number | null {
  const at = table.find(name);
  return at === null ? null : table.get(at, 0);
}
