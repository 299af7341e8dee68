/** Points in time as a page shows them. */

/** Date and time of an ISO 8601 text, in the language of the page; a text that is no time stays as it is. */
export function dateTimeText(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
