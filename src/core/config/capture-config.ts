/** `capture` of goldset.yaml: what is taken out of interactions before they are written, and how long they are kept. */
import { BUILT_INS, DEFAULT_REDACTION, fieldProblem, type RedactionRules } from './redaction-rules.ts';
import { patternProblem } from './redaction-patterns.ts';
import type { JsonObject } from '../json/json.ts';
import type { Fields } from '../yaml/yaml-fields.ts';

export interface CaptureConfig {
  readonly redact: RedactionRules;
  /** Days; null: for ever. */
  readonly keepDays: number | null;
  /** Megabytes of 1,000,000 bytes; null: as many as there are. */
  readonly keepMb: number | null;
  /** The first slip in `capture`: nothing may be written until it is mended, since it would be written unredacted. Null: none. */
  readonly problem: string | null;
}

export const DEFAULT_CAPTURE: CaptureConfig = { redact: DEFAULT_REDACTION, keepDays: null, keepMb: null, problem: null };

export function readCapture(fields: Fields, root: JsonObject): CaptureConfig {
  const before = fields.diagnostics.list.length;
  const capture = fields.object(root, ['capture']) ?? {};
  fields.unknownKeys(capture, ['redact', 'keepDays', 'keepMb'], ['capture']);
  const path = ['capture', 'redact'];
  const redact = fields.object(capture, path) ?? {};
  fields.unknownKeys(redact, ['builtIn', 'fields', 'patterns'], path);
  const textsOf = (name: string, problemOf: (text: string) => string | null): string[] =>
    fields.list(redact, [...path, name]).flatMap((item, i) => {
      const text = typeof item === 'string' ? item : null;
      const problem = text === null ? `An item of \`capture.redact.${name}\` must be text.` : problemOf(text);
      if (problem !== null) fields.report([...path, name, i], problem);
      return text === null || problem !== null ? [] : [text];
    });
  const names = textsOf('builtIn', (name) =>
    BUILT_INS.some((item) => item === name) ? null : `There is no built-in redaction "${name}". Use ${BUILT_INS.join(', ')}.`,
  );
  const config = {
    redact: {
      builtIn: Array.isArray(redact['builtIn']) ? BUILT_INS.filter((name) => names.includes(name)) : BUILT_INS,
      fields: textsOf('fields', fieldProblem),
      patterns: textsOf('patterns', patternProblem),
    },
    keepDays: fields.number(capture, ['capture', 'keepDays'], 1),
    keepMb: fields.number(capture, ['capture', 'keepMb'], 1),
  };
  return { ...config, problem: fields.diagnostics.list[before]?.message ?? null };
}
