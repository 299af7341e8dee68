/** F1 by class in words and rows: the same in the terminal, in reports, on the page and in comparisons. */
import type { ClassChange } from '../compare/classes.ts';
import { quantity } from '../display/figures.ts';
import type { CandidateReport } from '../results/candidate-report.ts';
import type { ClassRow, ClassValue } from '../results/classes/class-row.ts';
import type { ClassMetrics, FieldError } from '../results/classes/class-metrics.ts';
import { excerpt } from '../text/text.ts';

type Classed = Pick<CandidateReport, 'classes' | 'moreClasses' | 'fieldErrors'>;

/** Of a candidate: that of the main field first. */
export const classedFields = ({ classes, moreClasses = [] }: Classed): readonly ClassMetrics[] =>
  classes === undefined ? [] : [classes, ...moreClasses];

/** `0.82 (0.74–0.88)`. */
export const scoreInterval = ({ value, low, high }: ClassValue): string => `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;

const orNone = (value: ClassValue | null): string => (value === null ? '–' : scoreInterval(value));

/** One sentence for each field: `label: macro F1 0.82 (0.74–0.88) over 6 classes; lowest refund 0.57 (0.42–0.71), 20 answers`. */
export const classSentences = (candidate: Classed): string[] => [
  ...classedFields(candidate).map(classSentence),
  ...(candidate.fieldErrors ?? []).map(errorSentence),
];

const named = (field: string): string => (field === '' ? 'the output' : excerpt(field, 40));

function classSentence({ field, perClass, macroF1 }: ClassMetrics): string {
  const lowest = lowestFirst(perClass)[0];
  const worst =
    lowest?.f1 == null || lowest.f1.value === 1
      ? ''
      : `; lowest ${excerpt(lowest.label, 40)} ${scoreInterval(lowest.f1)}, ${quantity(lowest.n, 'answer')}`;
  return `${named(field)}: macro F1 ${scoreInterval(macroF1)} over ${quantity(perClass.length, 'class', 'classes')}${worst}`;
}

function errorSentence({ field, kind, mean, n, without }: FieldError): string {
  const missing = without === 0 ? '' : `; ${quantity(without, 'answer has', 'answers have')} no number there`;
  return kind === 'list'
    ? `${named(field)}: mean F1 of the lists ${scoreInterval(mean)}, ${quantity(n, 'answer')}`
    : `${named(field)}: mean absolute error ${number(mean.value)} (${number(mean.low)}–${number(mean.high)}), ${quantity(n, 'answer')}${missing}`;
}

const number = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '∞');

const lowestFirst = (rows: readonly ClassRow[]): ClassRow[] => [...rows].sort((a, b) => (a.f1?.value ?? 0) - (b.f1?.value ?? 0));

/** Classes that a table shows. */
const MOST_ROWS = 20;

export const CLASS_COLUMNS = ['class', 'answers', 'precision', 'recall', 'F1', 'most often found instead'];

/** The lowest F1 first; `left`: classes that are not among them. */
export function classTable(metrics: ClassMetrics): { readonly rows: readonly (readonly string[])[]; readonly left: number } {
  const rows = lowestFirst(metrics.perClass);
  return {
    rows: rows
      .slice(0, MOST_ROWS)
      .map(({ label, n, precision, recall, f1 }) => [
        label,
        String(n),
        orNone(precision),
        orNone(recall),
        orNone(f1),
        confusedWith(metrics, label),
      ]),
    left: Math.max(0, rows.length - MOST_ROWS),
  };
}

/** `billing (7 of 20)`; empty: nothing else was found. */
function confusedWith({ labels, matrix, other }: ClassMetrics, label: string): string {
  const at = labels.indexOf(label);
  const row = matrix[at] ?? [];
  const others = [
    ...labels.flatMap((name, i) => (i === at ? [] : [{ name, count: row[i] ?? 0 }])),
    { name: 'none of the classes', count: other[at] ?? 0 },
  ];
  const most = others.reduce((best, item) => (item.count > best.count ? item : best), { name: '', count: 0 });
  const all = row.reduce((sum, count) => sum + count, other[at] ?? 0);
  return most.count === 0 ? '' : `${most.name} (${most.count} of ${all})`;
}

/** Of a comparison: classes that surely got worse, and the mean. `F1 of refund (label) 1.00 → 0.57`. */
export function classChangeTexts(changes: readonly ClassChange[]): string[] {
  return changes.flatMap(({ field, label, a, b, interval, isWorse }) => {
    if (label !== null && !isWorse) return [];
    const name = label === null ? `mean F1 of ${named(field)}` : `worse: ${excerpt(label, 40)} (${named(field)}), F1`;
    const range = interval === null || interval[0] === interval[1] ? '' : `; difference ${signed(interval[0])} to ${signed(interval[1])}`;
    return [`${name} ${a.toFixed(2)} → ${b.toFixed(2)}${range}`];
  });
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
