/** The formats of logs that are read. To add one: its folder, its row here, and its name in `format-names.ts` when users may name it. */
import { BATCH } from './batch/batch-format.ts';
import { GOLDSET } from './goldset-format.ts';
import { LANGFUSE } from './langfuse/langfuse-format.ts';
import type { FormatName } from './format-names.ts';
import type { LogFormat } from './log-format.ts';
import { OTLP } from './otlp/otlp-format.ts';
import { MAPPED_ROWS } from './rows/mapped-format.ts';

/** As users name them. */
export const NAMED_FORMATS: Readonly<Record<FormatName, LogFormat>> = {
  otlp: OTLP,
  jsonl: MAPPED_ROWS,
  csv: MAPPED_ROWS,
  langfuse: LANGFUSE,
};

/** Those that a file's first row tells, the first that fits; rows of any other kind need a mapping. */
export const LOG_FORMATS: readonly LogFormat[] = [OTLP, GOLDSET, LANGFUSE, BATCH, MAPPED_ROWS];
