/** Which candidates of two sides are compared. */
import type { Parameters } from '../prompt/document.ts';
import { candidateId, type PlannedComparison, type PlannedTarget } from './plan.ts';
import type { SideInput } from '../compare/side.ts';

export const isStored = (side: PlannedTarget | SideInput): side is SideInput => 'outlines' in side;

/** The same model where both have several, and the same overrides. */
export function pairedCandidates(
  a: PlannedTarget | SideInput,
  b: PlannedTarget,
  overrides: readonly Parameters[],
  hash: (text: string) => string,
): PlannedComparison[] {
  const sets = overrides.length > 0 ? overrides : [{}];
  return b.clients.flatMap((client) =>
    sets.flatMap((override): PlannedComparison[] => {
      const id = candidateId(b.target, client, override, hash);
      if (isStored(a)) return [{ a: { kind: 'stored', side: a }, b: id }];
      const other = a.clients.length === 1 && b.clients.length === 1 ? a.clients[0] : a.clients.find((item) => item.id === client.id);
      return other === undefined ? [] : [{ a: { kind: 'candidate', id: candidateId(a.target, other, override, hash) }, b: id }];
    }),
  );
}
