/** Text that is different at every call by its nature: times, random values. A prefix that holds one is never cached twice. */

const KINDS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a UUID', pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i },
  { what: 'a time', pattern: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z| ?[+-]\d{2}:?\d{2})?$/ },
  { what: 'a date', pattern: /^\d{4}-\d{2}-\d{2}$/ },
  { what: 'a date', pattern: /^\d{1,2}[./]\d{1,2}[./]\d{4}$/ },
  {
    what: 'a date',
    pattern:
      /^((mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(\d{1,2}(st|nd|rd|th)? )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2}(st|nd|rd|th)?,? )?\d{4}$/i,
  },
  { what: 'a time', pattern: /^\d{1,2}:\d{2}(:\d{2})?( ?[ap]m)?$/i },
  { what: 'a Unix time', pattern: /^1[5-9]\d{8}(\d{3})?$/ },
  { what: 'a random value', pattern: /^(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,64}$/ },
];

/** Longer values are content, whatever is in them. Characters. */
const LONGEST = 64;

/** What the whole of a value is, `a UUID`; null: nothing that changes by itself. */
export function nondeterminismOf(value: string): string | null {
  const text = value.trim();
  if (text === '' || text.length > LONGEST) return null;
  return KINDS.find(({ pattern }) => pattern.test(text))?.what ?? null;
}
