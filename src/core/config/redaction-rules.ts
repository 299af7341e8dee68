/** What is taken out of an interaction before it is written: `capture.redact` of goldset.yaml. */

export const BUILT_INS = ['email', 'phone', 'card', 'iban', 'ip', 'keys'] as const;
export type BuiltIn = (typeof BUILT_INS)[number];

export interface RedactionRules {
  readonly builtIn: readonly BuiltIn[];
  /** Dotted paths, `*` for every item: `variables.email`, `messages.*.content`, `user`. */
  readonly fields: readonly string[];
  /** Regular expressions in RE2's syntax. */
  readonly patterns: readonly string[];
}

export const DEFAULT_REDACTION: RedactionRules = { builtIn: BUILT_INS, fields: [], patterns: [] };

/** What stands instead of a thing that was found. */
export const MARK_KINDS = ['email', 'phone', 'card', 'iban', 'ip', 'key', 'redacted'] as const;
export type MarkKind = (typeof MARK_KINDS)[number];

/** Where something stands in a text. */
export interface RedactionMatch {
  readonly start: number;
  readonly end: number;
  readonly kind: MarkKind;
}

/** What a path may begin with. The rest of a record is needed to find it again, or is no text. */
export const REDACTABLE_FIELDS = [
  'variables',
  'parameters',
  'attributes',
  'messages',
  'tools',
  'chunks',
  'output',
  'error',
  'signals',
  'reason',
  'user',
  'conversation',
  'trace',
  'responseId',
  'action',
  'environment',
] as const;
export type RedactableField = (typeof REDACTABLE_FIELDS)[number];

/** Of typed fields only these parts can be left out; `null`: a path that ends there. */
const PARTS: Partial<Record<RedactableField, readonly string[]>> = {
  chunks: ['*', '*.text', '*.id'],
  signals: ['*', '*.value', '*.note', '*.by'],
  error: ['message', 'type'],
  output: [],
  reason: [],
  user: [],
  conversation: [],
  trace: [],
  responseId: [],
  action: [],
  environment: [],
};

/** Why a path names nothing that can be taken out; null: it does. */
export function fieldProblem(field: string): string | null {
  const [first = '', ...rest] = field.split('.');
  const name = REDACTABLE_FIELDS.find((item) => item === first);
  if (name === undefined) return `\`${field}\` can’t be redacted. A field begins with ${REDACTABLE_FIELDS.join(', ')}.`;
  if (rest.includes('')) return `\`${field}\` has an empty path segment. Write a path such as variables.email.`;
  const parts = PARTS[name];
  if (parts === undefined || rest.length === 0 || parts.includes(rest.join('.'))) return null;
  const allowed = [name, ...parts.map((part) => `${name}.${part}`)].join(', ');
  return `\`${field}\` can’t be redacted. \`${name}\` allows ${allowed}.`;
}
