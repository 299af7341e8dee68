/**
 * goldset.drift/1: how the inputs, outputs, retrieval and signals of a window differ from those of a reference. Drift is a reason to sample
 * cases. What is reported differs more than users and days differ anyway, over all tests of a look (`alarm-budget.ts`).
 */
import { hash53 } from '../../../text/text-hash.ts';
import { saysNothing } from '../../../topics/question-words.ts';
import { topicsOf } from '../../../topics/topics.ts';
import { ALARM_SHARES, alarmsOf } from '../alarm-budget.ts';
import type { FailureExposure } from '../failures/failure.ts';
import { topicParts, type TopicPart } from '../failures/topic-breakdown.ts';
import { figureTests, type FigureKind } from './drift-figures.ts';
import type { DriftItem } from './drift-item.ts';
import { compareShares, DriftDays, type DriftComparison, type DriftShare } from './drift-share.ts';
import { InputTexts } from './input-texts.ts';
import { isSameInputs, wordTests, type WordTest } from './new-words.ts';
import { unlikeInputs } from './unlike-inputs.ts';

export const DRIFT_REFERENCES = ['weeks', 'version', 'golden'] as const;

export interface DriftReference {
  readonly kind: (typeof DRIFT_REFERENCES)[number];
  /** Of a version. */
  readonly name: string | null;
  /** Days; null: it has none. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Inputs that something is about, and what to do with them. */
export interface DriftInputs {
  readonly terms: readonly string[];
  readonly size: number;
  /** Of them, those whose answer was rejected. */
  readonly rejected: number;
  /** The day of the first one. */
  readonly since: string;
  /** Golden cases that are like them. */
  readonly goldenCases: number;
  readonly by: readonly TopicPart[];
  readonly examples: readonly { readonly id: string; readonly asked: string }[];
  /** Interactions to make golden cases of: those that differ most. */
  readonly cases: readonly string[];
}

export interface DriftChange {
  readonly kind: FigureKind | 'unlike' | 'topic' | 'words';
  readonly name: string;
  readonly direction: 'more' | 'less';
  readonly before: DriftShare;
  readonly after: DriftShare;
  readonly medians: readonly [before: number, after: number] | null;
  /** Chance of anything as sure in a quiet month of daily looks. */
  readonly p: number;
  /** Null: it is not about single inputs. */
  readonly inputs: DriftInputs | null;
}

export interface Drift {
  readonly schema: 'goldset.drift/1';
  /** Days; null: nothing is stored. */
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly reference: DriftReference;
  /** All calls, and those that were compared: of many a sample, drawn by hash. */
  readonly calls: { readonly window: number; readonly reference: number };
  readonly compared: { readonly window: number; readonly reference: number };
  readonly goldenCases: number;
  /** The surest first; those about inputs before figures. */
  readonly changes: readonly DriftChange[];
  /** Inputs that are far from all of the reference and from every golden case, usual or not; null: there is nothing to compare with. */
  readonly unlike: { readonly after: DriftShare; readonly usual: DriftShare | null; readonly inputs: DriftInputs | null } | null;
  readonly tested: number;
}

export interface DriftAsked {
  readonly window: readonly DriftItem[];
  readonly reference: readonly DriftItem[];
  /** Inputs of golden cases, as `normalisedText` gives them. */
  readonly golden: readonly string[];
  readonly about: DriftReference;
  readonly calls: Drift['calls'];
  /** Of the calls of the window. */
  readonly exposure: FailureExposure;
  /** A dimension to list in full; null: the largest values of each. */
  readonly by: string | null;
}

/** Part of the budget, and by how much one look's p is multiplied for a month of daily looks, or a year of weekly ones. */
const DRIFT_ALARMS = { share: ALARM_SHARES.drift, looks: 12 } as const;
/** A family's own part of it: many words do not weaken what few figures say. */
const FAMILIES = { figures: 0.4, topics: 0.3, words: 0.3 } as const;
/** Calls on each side. */
const LEAST_CALLS = 30;
/** A smaller change is not worth a word, however sure it is: of shares of calls. */
const LEAST_CHANGE = { points: 0.005, ratio: 1.25 } as const;
const LEAST_TOPIC = 8;

export function driftIn(asked: DriftAsked): Drift {
  const { window, reference, golden, about, calls } = asked;
  const days = [...window].map(({ day }) => day).sort();
  const [from, to] = [days[0], days.at(-1)];
  const texts = new InputTexts([...reference, ...window].map(({ words }) => words).concat(golden));
  const unlike = unlikeInputs(texts, asked);
  const describe = (of: readonly DriftItem[]): DriftInputs => inputsOf(of, texts, unlike?.far ?? 0, asked);
  const isComparable = reference.length >= LEAST_CALLS && window.length >= LEAST_CALLS;
  const tests = isComparable ? testsOf(reference, window, unlike?.test ?? null) : NO_TESTS;
  return {
    schema: 'goldset.drift/1',
    window: from === undefined || to === undefined ? null : { from, to },
    ...{ reference: about, calls, goldenCases: golden.length },
    compared: { window: window.length, reference: reference.length },
    changes: changesOf(tests, unlike?.inputs ?? [], describe),
    unlike:
      unlike === null
        ? null
        : { after: unlike.after, usual: unlike.usual, inputs: unlike.inputs.length === 0 ? null : describe(unlike.inputs) },
    tested: tests.figures.length + tests.topics.length + tests.words.length,
  };
}

interface NamedTest extends DriftComparison {
  readonly kind: DriftChange['kind'];
  readonly name: string;
  readonly medians: DriftChange['medians'];
}

interface TopicTest extends DriftComparison {
  readonly terms: readonly string[];
  /** Those of the window. */
  readonly inputs: readonly DriftItem[];
}

interface DriftTests {
  readonly figures: readonly NamedTest[];
  readonly topics: readonly TopicTest[];
  readonly words: readonly WordTest[];
}

const NO_TESTS: DriftTests = { figures: [], topics: [], words: [] };

function testsOf(reference: readonly DriftItem[], window: readonly DriftItem[], unlike: DriftComparison | null): DriftTests {
  const days = [new DriftDays(reference), new DriftDays(window)] as const;
  return {
    figures: [
      ...(unlike === null ? [] : [{ ...unlike, kind: 'unlike' as const, name: 'unlike any before', medians: null }]),
      ...figureTests(reference, window),
    ],
    topics: topicTests(reference, window, days),
    words: wordTests(days),
  };
}

/** Topics of both sides together, so that what they are does not depend on the side. */
function topicTests(reference: readonly DriftItem[], window: readonly DriftItem[], days: readonly [DriftDays, DriftDays]): TopicTest[] {
  const all = [...reference, ...window];
  const { topics } = topicsOf(
    all.map(({ words }) => ({ signature: null, isWhole: false, texts: [{ words, weight: 1 }] })),
    { hash: hash53, isIdle: saysNothing, least: LEAST_TOPIC },
  );
  return topics.flatMap(({ members, terms }): TopicTest[] => {
    const of = (from: number, until: number): DriftItem[] => members.flatMap((i) => (i >= from && i < until ? (all[i] ?? []) : []));
    const [before, after] = [of(0, reference.length), of(reference.length, all.length)];
    const found = compareShares(days, [before, after]);
    return found === null ? [] : [{ ...found, terms, inputs: after }];
  });
}

function changesOf(
  { figures, topics, words }: DriftTests,
  unlike: readonly DriftItem[],
  describe: (of: readonly DriftItem[]) => DriftInputs,
): DriftChange[] {
  const sure = <T extends DriftComparison>(tests: readonly T[], family: keyof typeof FAMILIES): T[] =>
    alarmsOf(tests, { ...DRIFT_ALARMS, share: DRIFT_ALARMS.share * FAMILIES[family] }).flatMap(({ test, p }) =>
      isWorthTelling(test) ? [{ ...test, p: p * FAMILIES[family] }] : [],
    );
  const found: (DriftChange & { readonly of: readonly DriftItem[] })[] = [];
  for (const { inputs, terms, ...test } of sure(topics, 'topics')) {
    const about = inputs.length === 0 ? null : describe(inputs);
    found.push({
      ...plain(test),
      kind: 'topic',
      name: (about?.terms ?? terms).join(', '),
      medians: null,
      inputs: about,
      of: inputs,
    });
  }
  // A word of inputs that are named already says nothing more.
  for (const { inputs, word, ...test } of sure(words, 'words')) {
    if (found.some(({ of }) => isSameInputs(of, inputs))) continue;
    const about = describe(inputs);
    const terms = [word, ...about.terms.filter((term) => term !== word)];
    found.push({ ...plain(test), kind: 'words', name: word, medians: null, inputs: { ...about, terms }, of: inputs });
  }
  const named = sure(figures, 'figures').map(({ kind, name, medians, ...test }): DriftChange => ({
    ...{ kind, name, ...plain(test), medians },
    inputs: kind === 'unlike' && unlike.length > 0 ? describe(unlike) : null,
  }));
  const isAboutInputs = ({ inputs }: DriftChange): number => (inputs === null ? 1 : 0);
  return [...found.map(({ of: _of, ...change }) => change), ...named].sort((a, b) => isAboutInputs(a) - isAboutInputs(b) || a.p - b.p);
}

const plain = ({ before, after, direction, p }: DriftComparison): DriftComparison => ({ before, after, direction, p });

function isWorthTelling({ before, after }: DriftComparison): boolean {
  const [low, high] = [before.rate, after.rate].sort((a, b) => a - b);
  return (high ?? 0) - (low ?? 0) >= LEAST_CHANGE.points && (high ?? 0) >= LEAST_CHANGE.ratio * (low ?? 0);
}

const EXAMPLES = 3;

function inputsOf(of: readonly DriftItem[], texts: InputTexts, far: number, { golden, exposure, by }: DriftAsked): DriftInputs {
  const { terms, different } = texts.about(of.map(({ words }) => words));
  const chosen = different.flatMap((i) => of[i] ?? []);
  const near = texts.nearest(
    golden,
    of.map(({ words }) => words),
  );
  return {
    terms,
    size: of.length,
    rejected: of.filter(({ isRejected }) => isRejected).length,
    since: of.reduce((first, { day }) => (day < first ? day : first), '9999-12-31'),
    goldenCases: near.filter((similarity) => similarity > far).length,
    by: topicParts(of, exposure, 1, by),
    examples: chosen.slice(0, EXAMPLES).map(({ id, asked }) => ({ id, asked })),
    cases: chosen.map(({ id }) => id),
  };
}
