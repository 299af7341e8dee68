/** Where the placeholders of a message stand in a file that writes its text in its own way, with indentation, quotes and escapes. */
import { placeholdersIn } from '../../text/fill-text.ts';
import type { TextRange } from '../../text/text.ts';
import type { MessageTemplate } from '../document.ts';

/** The n-th `{{key}}` of the text is the n-th of the scalar as written. `range`: of the scalar in the file. */
export function placedHoles(content: string, range: TextRange, file: string): MessageTemplate['placeholders'] {
  const written = placeholdersIn(file.slice(range.start, range.end));
  return placeholdersIn(content).map((hole, i) => {
    const raw = written[i];
    const place = raw?.name === hole.name ? { start: range.start + raw.at, end: range.start + raw.at + raw.length } : range;
    return { ...hole, range: place };
  });
}
