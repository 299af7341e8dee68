/** After `goldset compare model:OLD model:NEW`: whether to switch. */
import { recommendation } from '../../core/compare/recommendation.ts';
import type { RunReport } from '../../core/run/report.ts';

export function upgradeLines(a: string, b: string, { comparisons }: Pick<RunReport, 'comparisons'>): string[] {
  if (!a.startsWith('model:') || !b.startsWith('model:') || comparisons.length === 0) return [];
  return ['', recommendation(a.slice('model:'.length), b.slice('model:'.length), comparisons)];
}
