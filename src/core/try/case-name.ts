/** The id of a case that was tried: words of what was typed. */
const MOST_WORDS = 5;

/** Words of a text, such as `i-bought-this-45-days`; `try`: it has no words. */
export function slugOf(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, MOST_WORDS).join('-').slice(0, 48).replace(/-+$/, '') || 'try';
}

/** The id, with a number behind it where a case has it. */
export function freeNamedId(wanted: string, cases: readonly { readonly id: string }[]): string {
  const taken = new Set(cases.map(({ id }) => id));
  let id = wanted;
  for (let i = 2; taken.has(id); i++) id = `${wanted}-${i}`;
  return id;
}
