/** A person's name in files that are shared: it never contains a clear e-mail address. */

/** Characters of a file name. */
const LONGEST = 40;
/** Names of devices on Windows, which are not names of files. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** As people read it: of an address, only what stands before the @. */
export const shownPerson = (name: string): string => name.replace(/([^\s<>@]+)@[^\s<>]+/gu, '$1').trim();

/**
 * The name of their file, without an ending: `[a-z0-9-]`. `given`: what they chose; then their name, then what stands before the @ of their
 * e-mail address. `hash`: of a text, in hexadecimal, for a name in a script without such letters.
 */
export function personFile(
  given: { readonly chosen: string | null; readonly name: string; readonly email: string },
  hash: (text: string) => string,
): string {
  for (const text of [given.chosen ?? '', given.name, given.email]) {
    const name = safeFileName(shownPerson(text));
    if (name !== '') return name;
  }
  return `person-${hash(given.name).slice(0, 8)}`;
}

/** `[a-z0-9-]`, and no name of a device; empty: no letter or digit is left. */
export function safeFileName(text: string): string {
  const name = plainLetters(text);
  return DEVICE.test(name) ? `${name}-1` : name;
}

const plainLetters = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '');
