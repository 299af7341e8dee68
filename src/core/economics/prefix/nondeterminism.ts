/** Text that is different at every call by its nature: times, random values. A prefix that holds one is never cached twice. */

const KINDS: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a UUID', pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i },
  { what: 'a time', pattern: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z| ?[+-]\d{2}:?\d{2})?$/ },
  { what: 'a date', pattern: /^\d{4}-\d{2}-\d{2}$/ },
  { what: 'a date', pattern: /^\d{1,2}[./]\d{1,2}[./]\d{4}$|^\d{4}[./]\d{1,2}[./]\d{1,2}$/ },
  { what: 'a time', pattern: /^\d{1,2}[./]\d{1,2}[./]\d{4},? \d{1,2}:\d{2}(:\d{2})?( ?[ap]m)?$/i },
  {
    what: 'a time',
    pattern: /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? [\w ]{5,20} \d{2}:\d{2}(:\d{2})?( (gmt|utc|z)?([+-]\d{4})?( \([\w ]+\))?)?( \d{4})?$/i,
  },
  {
    what: 'a date',
    pattern:
      /^((mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(\d{1,2}(st|nd|rd|th)? )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2}(st|nd|rd|th)?,? )?\d{4}$/i,
  },
  { what: 'a time', pattern: /^\d{1,2}:\d{2}(:\d{2})?( ?[ap]m)?$/i },
  { what: 'a Unix time', pattern: /^1[5-9]\d{8}(\d{3})?(\.\d+)?$/ },
  { what: 'a random value', pattern: /^0\.\d{6,}$/ },
  // ULID, and nanoid’s usual length with letters of both cases and a digit.
  { what: 'a random value', pattern: /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/ },
  { what: 'a random value', pattern: /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w-]{21}$/ },
  { what: 'a random value', pattern: /^(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,64}$/ },
];

/** Words that stand before a date and do not keep it from changing. */
const LABEL = /^(today is|today:|date:|time:|now:|current (date|time):?|as of)\s+/i;

/** Longer values are content, whatever is in them. Characters. */
const LONGEST = 80;

/** What the whole of a value is, `a UUID`; null: nothing that changes by itself. */
export function nondeterminismOf(value: string): string | null {
  const text = value.trim().replace(LABEL, '');
  if (text === '' || text.length > LONGEST) return null;
  return KINDS.find(({ pattern }) => pattern.test(text))?.what ?? null;
}

/** Whether a value is a date without a time: it changes once a day, so a prefix with it is written again once a day. */
export const isDay = (value: string): boolean => nondeterminismOf(value) === 'a date';

/** Whether a value is different at every call. */
export const isNeverAgain = (value: string): boolean => {
  const what = nondeterminismOf(value);
  return what !== null && what !== 'a date';
};
