/** The formats of logs that are read. To add one: its folder, its row here, and its name in `format-names.ts` when users may name it. */
import { GOLDSET_FORMAT } from './goldset-format.ts';
import { LANGFUSE_FORMAT } from './langfuse/langfuse-format.ts';
import type { FormatName } from './format-names.ts';
import type { LogFormat } from './log-format.ts';
import { OTLP_FORMAT } from './otlp/otlp-format.ts';
import { MAPPED_FORMAT } from './rows/mapped-format.ts';

/** As users name them. */
export const NAMED_FORMATS: Readonly<Record<FormatName, LogFormat>> = {
  otlp: OTLP_FORMAT,
  jsonl: MAPPED_FORMAT,
  csv: MAPPED_FORMAT,
  langfuse: LANGFUSE_FORMAT,
};

/** Those that a file's first row tells, the first that fits; rows of any other kind need a mapping. */
export const LOG_FORMATS: readonly LogFormat[] = [OTLP_FORMAT, GOLDSET_FORMAT, LANGFUSE_FORMAT, MAPPED_FORMAT];
