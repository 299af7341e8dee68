/** What can be seen to be wrong with the text of a key before it is sent. */
import { ConfigurationError } from '../../core/problems/errors.ts';

/** The key as it is. @throws {ConfigurationError} when it cannot be one; the message names the variable and the fault, not the key. */
export function usableKey(variable: string, key: string): string {
  const fault = keyFault(key);
  if (fault === null) return key;
  throw new ConfigurationError('key/malformed', `The value of ${variable} ${fault.is}, so it cannot be a key.`, fault.hint);
}

/** The value of a whole header, such as `Bearer …`, as it is. @throws {ConfigurationError} as `usableKey`, when no header can carry it. */
export function usableHeader(variable: string, value: string): string {
  if (/^[\x20-\x7e]+$/.test(value)) return value;
  throw new ConfigurationError(
    'key/malformed',
    `The value of ${variable} contains a character that no header can carry.`,
    'Copy the value again, as plain text in one line.',
  );
}

/** What is wrong with the text of a key, and what to do; null: nothing that can be seen. */
export function keyFault(key: string): { readonly is: string; readonly hint: string } | null {
  if (/^["'`“”‘’]|["'`“”‘’]$/.test(key))
    return { is: 'is in quotes', hint: 'Remove the quotes: some tools, such as docker --env-file, keep them.' };
  if (/^(?:authorization:\s*)?(?:bearer|basic)\s/i.test(key))
    return { is: `starts with “${/^\S+/.exec(key)?.[0] ?? ''}”`, hint: 'Give the key alone: Goldset adds the header.' };
  if (/\s/.test(key)) return { is: 'contains white space or a line break', hint: 'Copy the key again, in one piece.' };
  if (/[^\x21-\x7e]/.test(key)) return { is: 'contains a character that no header can carry', hint: 'Copy the key again, as plain text.' };
  return null;
}
