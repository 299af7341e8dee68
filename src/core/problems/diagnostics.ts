import type { TextEdit, TextRange } from '../text/text.ts';

export type Severity = 'error' | 'warning' | 'info';

/** A problem (invalid) or a finding (valid but costly, slow or risky), with its place and the next step. */
export interface Diagnostic {
  /** Stable and searchable, `area/what`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence that says what is wrong, in the user's words. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly path: string;
  /** Null when it concerns the file as a whole. */
  readonly range: TextRange | null;
  /** Changes of the file, one of which solves it; absent: a person has to decide. */
  readonly fixes?: readonly { readonly title: string; readonly edits: readonly TextEdit[] }[];
}

/** Collects diagnostics of one file, so that readers name path and severity once. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  constructor(readonly path: string) {}

  error(code: string, message: string, range: TextRange | null, hint?: string): void {
    this.add('error', code, message, range, hint);
  }

  warning(code: string, message: string, range: TextRange | null, hint?: string): void {
    this.add('warning', code, message, range, hint);
  }

  info(code: string, message: string, range: TextRange | null, hint?: string): void {
    this.add('info', code, message, range, hint);
  }

  private add(severity: Severity, code: string, message: string, range: TextRange | null, hint?: string): void {
    this.list.push({ code, severity, message, path: this.path, range, ...(hint === undefined ? {} : { hint }) });
  }
}
