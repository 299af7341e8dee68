/** What separates the columns of a CSV file: a line `sep=;` as Excel writes it, or what its header shows. */

export interface CsvLayout {
  readonly delimiter: string;
  /** Where the header begins: after a byte order mark and a line `sep=`. */
  readonly start: number;
  /** How the delimiter was found; null: it is the comma. */
  readonly said: 'sep' | 'header' | null;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
const NAMES: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' };
const OURS = /^(?:id|expected|critical|group|status|__.*)$/;

export const delimiterName = (delimiter: string): string => NAMES[delimiter] ?? `“${delimiter}”`;

/** The delimiter that splits the header into the most names that Goldset knows, else into the most names; a comma in doubt. */
export function csvLayout(text: string): CsvLayout {
  const bom = text.startsWith('\uFEFF') ? 1 : 0;
  const line = /^("?)sep=([^\r\n])\1[ \t]*(?:\r?\n|$)/i.exec(text.slice(bom, bom + 16));
  const start = bom + (line?.[0].length ?? 0);
  const said = line?.[2];
  if (said !== undefined) return { delimiter: said, start, said: said === ',' ? null : 'sep' };
  const header = headerLine(text, start);
  const scores = DELIMITERS.map((delimiter) => {
    const names = splitHeader(header, delimiter);
    return { delimiter, known: names.filter((name) => OURS.test(name)).length, count: names.length };
  });
  const best = scores.reduce((a, b) => (b.count > 1 && (b.known > a.known || (b.known === a.known && b.count > a.count)) ? b : a));
  return { delimiter: best.delimiter, start, said: best.delimiter === ',' ? null : 'header' };
}

/** Up to the first line break that is not in quotes. */
function headerLine(text: string, start: number): string {
  let inQuotes = false;
  for (let i = start; i < text.length; i++) {
    if (text[i] === '"') inQuotes = !inQuotes;
    else if (!inQuotes && (text[i] === '\n' || text[i] === '\r')) return text.slice(start, i);
  }
  return text.slice(start);
}

function splitHeader(header: string, delimiter: string): string[] {
  const names: string[] = [];
  let inQuotes = false;
  let from = 0;
  for (let i = 0; i <= header.length; i++) {
    if (header[i] === '"') inQuotes = !inQuotes;
    else if (i === header.length || (!inQuotes && header[i] === delimiter)) {
      names.push(header.slice(from, i).trim().replace(/^"|"$/g, '').trim());
      from = i + 1;
    }
  }
  return names;
}
