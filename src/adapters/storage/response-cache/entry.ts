/** What is known of an answer in a segment without reading it. */
export interface Entry {
  readonly key: string;
  /** ANY: a recording, for every account. */
  readonly account: string;
  /** ms since 1970. */
  readonly at: number;
  readonly offset: number;
  /** Bytes, the line's end included. */
  readonly length: number;
}

/** The account of an entry that every account may use. */
export const ANY = '-'.repeat(16);
