/** Usage and cost of one call, line by line. */
import { count, usd } from '../../../core/display/figures.ts';
import type { ResultsDetail } from '../../../protocol/detail.ts';
import { Section } from '../../controls/section.tsx';

export function CostBreakdown({ detail }: { readonly detail: ResultsDetail }) {
  if (detail.bill.length === 0 && detail.billNotes.length === 0) return null;
  const notes = [
    detail.service === null ? null : `Served as ${detail.service}, at that tier’s price.`,
    detail.cacheMiss === null ? null : `Not read from the provider’s cache: ${detail.cacheMiss.replaceAll('_', ' ')}.`,
    ...detail.billNotes,
    ...detail.sentWithout.map((text) => `The request was ${text}.`),
    detail.usageEstimated ? 'Counted by Goldset because this provider reports no usage.' : null,
    detail.costReported ? 'The provider reported this cost.' : null,
    detail.judgeCostUsd === null ? null : `Judging cost another ${usd(detail.judgeCostUsd)}.`,
  ].filter((note) => note !== null);
  return (
    <Section title={`Usage and cost: ${usd(detail.costUsd)}`}>
      <table class="bill">
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col">Tokens</th>
            <th scope="col">USD</th>
          </tr>
        </thead>
        <tbody>
          {detail.bill.map(({ name, tokens, usd: cost }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{count(tokens)}</td>
              <td>{cost === null ? '' : usd(cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {notes.map((note) => (
        <p class="quiet" key={note}>
          {note}
        </p>
      ))}
    </Section>
  );
}
