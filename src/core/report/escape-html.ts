import { visibleControls } from '../display/visible-controls.ts';

/** Text as HTML text or attribute value. */
export const escapeHtml = (text: string): string =>
  visibleControls(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
