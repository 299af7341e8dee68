/** Proves an edit on the golden cases: every message is made of the same paragraphs as before, in whatever order. */
import type { RenderedRequest } from '../../prompt/request.ts';
import { textOf } from '../../prompt/request.ts';
import { readAgain } from '../../prompt/code/code-prompt-reading.ts';
import { applyEdits, type TextEdit } from '../../text/text.ts';
import type { Evidence } from '../findings/finding.ts';
import { renderCases } from '../rendered-cases.ts';

export function keepsBlocks({ reading, text, partials, cases, analysis }: Evidence, edits: readonly TextEdit[]): boolean {
  const edited = readAgain(reading.document.path, applyEdits(text, edits), partials, reading.context);
  if (edited.diagnostics.some((item) => item.severity === 'error')) return false;
  const after = renderCases(edited.document, partials, cases);
  return (
    after.length === analysis.requests.length &&
    after.every(({ request }, i) => JSON.stringify(blocksOf(request)) === JSON.stringify(blocksOf(analysis.requests[i])))
  );
}

const blocksOf = (request: RenderedRequest | undefined): unknown =>
  request?.messages.map((message) => [
    message.role,
    textOf(message)
      .split(/\n\s*\n/)
      .map((block) => block.trim())
      .filter((block) => block !== '')
      .sort(),
  ]);
