/** After `goldset compare model:OLD model:NEW`: whether to switch, and until when the old model answers. */
import { recommendation } from '../../core/compare/recommendation.ts';
import { capabilitiesOf, type CapabilityOverrides } from '../../core/economics/capabilities.ts';
import { retirementLine } from '../../core/economics/findings/model.ts';
import type { RunReport } from '../../core/run/report.ts';

/** `today`: `YYYY-MM-DD`. `own`: what the user's price file says about models. */
export function upgradeLines(
  a: string,
  b: string,
  { comparisons }: Pick<RunReport, 'comparisons'>,
  today: string,
  own: CapabilityOverrides,
): string[] {
  if (!a.startsWith('model:') || !b.startsWith('model:') || comparisons.length === 0) return [];
  const [before, after] = [a.slice('model:'.length), b.slice('model:'.length)];
  const ends = [before, after].flatMap((id) => retirementLine(id, capabilitiesOf(id, own)?.retirement ?? null, today) ?? []);
  return ['', recommendation(before, after, comparisons), ...ends];
}
