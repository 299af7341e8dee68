/** What `JSON.parse` changes without a word in a line: keys that stand twice, and numbers that are rounded or written otherwise. */

/** A number literal that may not be printed as it is written. */
const UNUSUAL_NUMBER = /[[:,\s]-?(?:\d{16,}|\d+\.\d*0(?!\d)|\d+(?:\.\d+)?[eE][-+]?\d|\d+\.\d{15,})/;

export const hasUnusualNumber = (json: string): boolean => UNUSUAL_NUMBER.test(json);

/** The first key that stands twice in one object of a valid JSON text, or null. In time linear in the text. */
export function duplicateKey(json: string): string | null {
  const open: (Set<string> | null)[] = [];
  let isKey = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') {
      const end = endOfString(json, i);
      const keys = isKey ? open.at(-1) : null;
      if (keys) {
        const key = JSON.parse(json.slice(i, end)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      isKey = false;
      i = end - 1;
    } else if (character === '{') {
      open.push(new Set());
      isKey = true;
    } else if (character === '[') {
      open.push(null);
      isKey = false;
    } else if (character === '}' || character === ']') open.pop();
    else if (character === ',') isKey = open.at(-1) !== null;
  }
  return null;
}

/** Just after the quote that ends the string at `start`. */
function endOfString(json: string, start: number): number {
  for (let i = start + 1; i < json.length; i++) {
    if (json[i] === '\\') i++;
    else if (json[i] === '"') return i + 1;
  }
  return json.length;
}
