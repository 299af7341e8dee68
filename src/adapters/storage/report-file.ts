/** Reports on disk, written piece by piece: one of a hundred thousand results never is one string. */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ReportScript } from '../../core/report/html.ts';

/** Characters that are gathered before they are written. */
const PIECE = 1 << 16;

/** Makes the folder when it is not there. */
export function writeReportFile(file: string, texts: Iterable<string>): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  try {
    for (const piece of joinedChunks(texts)) writeFileSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}

export function* joinedChunks(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** `bundles`: the folder of the built product. */
export function reportScript(bundles: string): ReportScript {
  const text = readFileSync(path.join(bundles, 'webview', 'report.js'), 'utf8').trim();
  return { text, hash: createHash('sha256').update(text).digest('base64') };
}
