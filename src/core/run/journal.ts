/** The journal of a run: one JSON object a line, appended, never rewritten. A result is here before it is shown. */
import type { JsonObject } from '../json.ts';
import type { CandidateHead } from './candidate-report.ts';
import type { RunVerdict } from './verdict.ts';
import type { Result } from './result.ts';

export const JOURNAL_SCHEMA = 'goldset.journal/1';

/** Later: `resumed`, `reserved`, `stored`. A reader skips kinds that it does not know. */
export type JournalRecord =
  | {
      readonly kind: 'run';
      readonly schema: typeof JOURNAL_SCHEMA;
      readonly id: string;
      readonly startedAt: string;
      readonly toolVersion: string;
      readonly candidates: readonly CandidateHead[];
      readonly cases: readonly { readonly candidate: string; readonly ids: readonly string[] }[];
      readonly repeats: number;
    }
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'end'; readonly verdict: RunVerdict; readonly complete: boolean; readonly endedAt: string };

export interface JournalContent {
  readonly head: Extract<JournalRecord, { kind: 'run' }> | null;
  readonly results: readonly Result[];
  readonly end: Extract<JournalRecord, { kind: 'end' }> | null;
  /** Lines that could not be read: a torn last line, or damage. */
  readonly damaged: number;
}

/** Reads a journal; whatever cannot be read is counted, and nothing readable is lost. */
export function readJournal(text: string): JournalContent {
  let head: JournalContent['head'] = null;
  let end: JournalContent['end'] = null;
  const results: Result[] = [];
  let damaged = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const record = parseRecord(line);
    if (record === null) damaged++;
    else if (record.kind === 'run') head = record;
    else if (record.kind === 'result') results.push(record.result);
    else if (record.kind === 'end') end = record;
  }
  return { head, results, end, damaged };
}

function parseRecord(line: string): JournalRecord | null {
  try {
    const value = JSON.parse(line) as JsonObject;
    return typeof value === 'object' && value !== null && typeof value['kind'] === 'string' ? (value as unknown as JournalRecord) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
