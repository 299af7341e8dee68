/**
 * A draw as one HTML file, for people who have neither VS Code nor the repository. It holds the texts, and what is sealed; it shows no verdict and
 * no candidate. Everything from outside is data in it, which its one script shows as text.
 */
import type { DrawFile } from '../labels/draw-file.ts';
import type { LabelledItem } from '../labels/label-record.ts';

/** What the page is made from: no strata, whose verdicts and counts would say what to expect. */
export interface ReviewPageData {
  readonly draw: Omit<DrawFile, 'strata' | 'seed'>;
  /** Which texts the labels file keeps, by the place of the output. */
  readonly isKept: readonly boolean[];
  /** Where the labels file belongs. */
  readonly folder: string;
  /** Failure modes that were given before, the most frequent first. */
  readonly modes: readonly { readonly mode: string; readonly count: number }[];
}

/** Ours, from the build, each with its SHA-256 in base64: nothing else may run or style. */
export interface ReviewPageParts {
  readonly script: { readonly text: string; readonly hash: string };
  readonly style: { readonly text: string; readonly hash: string };
}

/** `texts`: of each output; null: it cannot be shown. */
export function reviewPageData(
  { id, at, frame, items }: DrawFile,
  texts: readonly (LabelledItem | null)[],
  more: Omit<ReviewPageData, 'draw'>,
): ReviewPageData {
  return { draw: { id, at, frame, items: items.map((item, i) => ({ ...item, item: texts[i] ?? null })) }, ...more };
}

export const reviewHtml = (data: ReviewPageData, { script, style }: ReviewPageParts): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${style.hash}'; script-src 'sha256-${script.hash}'">
<meta name="viewport" content="width=device-width">
<title>Goldset review ${data.draw.id.replace(/[^\w.-]/g, '')}</title>
<style>${style.text}</style>
</head>
<body>
<main id="root"></main>
<script type="application/json" id="data">${JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, escaped)}</script>
<script>${script.text}</script>
</body>
</html>
`;

/** In JSON inside HTML nothing may end the element. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

export const REVIEW_PAGE_STYLE = `:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 1.5rem auto; max-width: 60rem; padding: 0 1rem 6rem; }
h1 { font-size: 1.2rem; } h2 { font-size: 1rem; margin: 1rem 0 .2rem; }
pre { margin: 0; padding: .6rem; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 45vh; overflow: auto; unicode-bidi: plaintext; font: inherit; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
button, input, textarea { font: inherit; padding: .3rem .7rem; }
textarea { width: 100%; box-sizing: border-box; }
button[aria-pressed="true"] { outline: 3px solid; outline-offset: -3px; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; align-items: center; }
[hidden] { display: none; }`;
