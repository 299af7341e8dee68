/** The names of formats, apart from their readers: `goldset help` needs no more. */
export const FORMAT_NAMES = ['otlp', 'jsonl', 'csv', 'langfuse'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];
