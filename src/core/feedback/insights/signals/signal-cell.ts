/** Interactions of one day with one version and model, and which of them had which signal: counted, also by groups of users. */
import { hash64 } from '../../../text/text-hash.ts';

export interface SignalCell {
  readonly day: string;
  readonly prompt: string;
  readonly version: string | null;
  readonly model: string | null;
  n: number;
  /** ms since 1970, of the first. */
  first: number;
  /** By what it is counted as. */
  readonly counts: Map<string, number>;
  /** Interactions by group of users. Empty: an earlier version of Goldset counted them, or they are too old to be compared. */
  readonly users: Map<number, number>;
  /** As `counts`, by group of users. */
  readonly byUser: Map<string, Map<number, number>>;
  /** Calls by the name of a score, its bin (`binOfScore`) and the group of users; absent: none has a score. */
  readonly scores?: ReadonlyMap<string, ReadonlyMap<number, ReadonlyMap<number, number>>>;
}

/** Groups of users. A user is in the same one on every day, so calls of one user never count as independent of each other. */
export const USER_GROUPS = 64;

/** Of a user, else of a conversation, else of the call. */
export const userGroup = (who: string): number => hash64(who, 5)[1] % USER_GROUPS;

/** Such as it is stored. */
export type StoredSignalCell = Omit<SignalCell, 'counts' | 'users' | 'byUser' | 'scores'> & {
  readonly counts: readonly (readonly [string, number])[];
  /** Absent in what an earlier version of Goldset stored. */
  readonly users?: Pairs;
  readonly byUser?: readonly (readonly [string, Pairs])[];
};
type Pairs = readonly (readonly [number, number])[];

/** `isRecent`: its groups of users may be needed. */
export const storedCell = ({ counts, users, byUser, ...cell }: SignalCell, isRecent: boolean): StoredSignalCell => ({
  ...cell,
  counts: [...counts],
  ...(isRecent ? { users: [...users], byUser: [...byUser].map(([name, of]) => [name, [...of]] as const) } : {}),
});

export const readCell = ({ counts, users = [], byUser = [], ...cell }: StoredSignalCell): SignalCell => ({
  ...cell,
  counts: new Map(counts),
  users: new Map(users),
  byUser: new Map(byUser.map(([name, of]) => [name, new Map(of)])),
});

/** Of several cells, whatever their day, version and model. Null: of none. */
export function togetherCell(cells: readonly SignalCell[]): SignalCell | null {
  const [first] = cells;
  if (first === undefined) return null;
  const sum: SignalCell = { ...first, n: 0, first: Infinity, counts: new Map(), users: new Map(), byUser: new Map() };
  for (const cell of cells) {
    sum.n += cell.n;
    sum.first = Math.min(sum.first, cell.first);
    for (const [name, count] of cell.counts) sum.counts.set(name, (sum.counts.get(name) ?? 0) + count);
  }
  return sum;
}
