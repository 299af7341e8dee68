/** What an import did, for a person or as JSON: what was read, imported and skipped, with each reason and one example of it. */
import type { ImportSink } from '../../adapters/import/import-sink.ts';
import type { Refusals } from '../../adapters/import/refusals.ts';
import { count, quantity } from '../../core/display/figures.ts';
import { stderr, stdout } from '../output.ts';

/** Reasons that are printed; JSON has all. */
const PRINTED = 10;

export function printImport(
  { sink: { counts }, refusals }: { readonly sink: ImportSink; readonly refusals: Refusals },
  { isTrial, isJson }: { readonly isTrial: boolean; readonly isJson: boolean },
): void {
  const reasons = refusals.reasons();
  for (const { reason, count: of, example } of reasons.slice(0, PRINTED)) {
    const text = example.text === null || example.text === '' ? '' : `: ${example.text}`;
    stderr.write(`skipped ${count(of)}: ${reason}\n  for example ${example.place}${text}\n`);
  }
  if (reasons.length > PRINTED) stderr.write(`and ${quantity(reasons.length - PRINTED, 'more reason')}; --json lists them.\n`);
  const skipped = refusals.skipped + refusals.count;
  if (isJson) {
    const rows = { read: refusals.read, skipped: refusals.skipped, refused: refusals.count };
    stdout.json({ ...counts, isTrial, rows, reasons, refused: { count: refusals.count, rows: refusals.named } });
    return;
  }
  const later = counts.followUps === 0 ? '' : ` and ${quantity(counts.followUps, 'signal')}`;
  const known = counts.known === 0 ? '' : `, ${count(counts.known)} already stored`;
  const left = skipped === 0 ? '' : `, ${count(skipped)} skipped`;
  stdout.write(
    `${quantity(refusals.read, 'record')} read: ${quantity(counts.interactions, 'interaction')}${later} ${isTrial ? 'would be imported' : 'imported'}${known}${left}.\n`,
  );
}
