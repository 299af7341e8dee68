import { plainText } from '../plain-text.ts';

/** Text as HTML text or attribute value. */
export const escapeHtml = (text: string): string =>
  plainText(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
