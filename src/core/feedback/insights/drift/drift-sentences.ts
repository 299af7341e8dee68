/** Drift in words, for the terminal and the page: what changed, by how much, against what, and what to do next. */
import { count, percent, quantity } from '../../../display/figures.ts';
import { chance } from '../insight-sentences.ts';
import { daysText } from '../failures/failure-sentences.ts';
import type { Drift, DriftChange, DriftInputs, DriftReference } from './drift.ts';

/** Words of a topic that a sentence has. */
const TERMS = 4;

/** `Drift, 16–22 Nov against the weeks before (19 Oct–15 Nov): 2 changes in 512 calls against 2,004.` */
export function driftHeadline({ window, reference, calls, goldenCases, compared, changes, tested }: Drift): string {
  if (window === null) return 'No calls in this window.';
  const days = daysText(window);
  if (reference.kind === 'golden')
    return `Inputs of ${days} against the golden sets: ${quantity(calls.window, 'call')} against ${quantity(goldenCases, 'case')}.`;
  const sides = `${quantity(calls.window, 'call')} against ${count(calls.reference)}`;
  const name = `Drift, ${days} against ${referenceText(reference)}`;
  if (tested === 0) return `${name}: too few calls to compare (${sides}).`;
  if (changes.length > 0) return `${name}: ${quantity(changes.length, 'change')} in ${sides}.`;
  const of = compared.window < calls.window ? `, of which ${count(compared.window)} were compared` : '';
  return `${name}: none found. Inputs, outputs, retrieval and signals differ no more than users and days do (${sides}${of}; ${count(tested)} tests).`;
}

function referenceText({ kind, name, from, to }: DriftReference): string {
  const days = from === null || to === null ? 'nothing stored' : daysText({ from, to });
  return kind === 'weeks' ? `the weeks before (${days})` : `${name ?? 'a version'} (${days})`;
}

/** `4 % of inputs are unlike any before: voucher, black, friday (21 of 512; none of 2,004 before); 21 of 21 rejected`. */
export function driftSentence(change: DriftChange): string {
  const { kind, name, direction, before, after, medians, inputs, p } = change;
  const both = `${percent(before.rate)} → ${percent(after.rate)} (${count(before.count)} of ${count(before.n)} → ${count(after.count)} of ${count(after.n)}; ${chance(p)})`;
  const rejected = inputs === null ? '' : rejectedText(inputs);
  if (kind === 'topic' || kind === 'words') {
    const about = inputs === null ? name : inputs.terms.slice(0, TERMS).join(', ');
    if (direction === 'less') return `Fewer inputs are about ${about}: ${both}`;
    if (before.count > 0) return `More inputs are about ${about}: ${both}${rejected}`;
    return `${percent(after.rate)} of inputs are unlike any before: ${about} (${count(after.count)} of ${count(after.n)}; none of ${count(before.n)} before; ${chance(p)})${rejected}`;
  }
  if (kind === 'unlike') return `Inputs that are far from all before and from every golden case: ${both}${rejected}`;
  const moved = medians === null ? '' : `, median ${rounded(medians[0])} → ${rounded(medians[1])}`;
  const what = { 'input-length': 'Inputs', 'output-length': 'Outputs', retrieval: 'Retrievals', language: 'Inputs in', signal: 'Signal' }[
    kind
  ];
  return `${what} ${name}: ${both}${moved}`;
}

const rounded = (value: number): string => (Math.abs(value) >= 10 ? count(Math.round(value)) : String(Number(value.toPrecision(2))));

const rejectedText = ({ rejected, size }: DriftInputs): string => (rejected === 0 ? '' : `; ${count(rejected)} of ${count(size)} rejected`);

/** What to do about it; null: `inputs.cases` says it. */
export function driftAdvice({ kind, name, direction, inputs }: DriftChange): string {
  if (inputs !== null && inputs.cases.length > 0 && direction === 'more') return addText(inputs);
  switch (kind) {
    case 'input-length':
      return 'See whether golden cases are as long, and whether the prompt still fits such inputs.';
    case 'output-length':
      return 'Compare outputs of both times: a prompt, a model or a limit may have changed.';
    case 'retrieval':
      return 'Look at the index and the model that embeds: no edit of the prompt finds what is not retrieved.';
    case 'language':
      return direction === 'more' ? `See whether golden cases in ${name} exist.` : 'Nothing to do for the prompt.';
    case 'signal':
      return `List the calls with this signal: goldset interactions 'all,signal=${name}'`;
    case 'topic':
    case 'words':
    case 'unlike':
      return 'Nothing to add: these inputs are gone.';
  }
}

/** `Add 20 of them: no golden case is like them.` */
export const addText = ({ cases, goldenCases }: DriftInputs): string =>
  `Add ${cases.length === 1 ? 'it' : `${count(cases.length)} of them`} as golden cases, not verified until a person says what is expected: ${
    goldenCases === 0 ? 'no golden case is' : quantity(goldenCases, 'golden case is', 'golden cases are')
  } like them.`;

/** Of inputs that are far, whether or not that is usual; empty: nothing to say beyond `changes`. */
export function unlikeText({ unlike, changes, reference }: Drift): string {
  if (unlike === null || unlike.after.count === 0 || changes.some(({ kind }) => kind === 'unlike')) return '';
  const { after, usual, inputs } = unlike;
  const from = reference.kind === 'golden' ? 'every golden case' : 'all before and every golden case';
  const range = `95 %: ${percent(after.interval[0])} to ${percent(after.interval[1])}`;
  const terms = inputs === null ? '' : `: ${inputs.terms.slice(0, TERMS).join(', ')}`;
  // Without a finding, the sentence must not sound like one.
  const known =
    usual === null ? '' : `. Usually ${percent(usual.rate)} are${after.rate > usual.rate ? '; that this is more may be chance' : ''}`;
  return `${percent(after.rate)} of inputs are far from ${from} (${count(after.count)} of ${count(after.n)}; ${range})${terms}${inputs === null ? '' : rejectedText(inputs)}${known}.`;
}

/** The command that makes golden cases of them; null: none can be named. `rest`: further options. */
export function caseCommand({ cases }: DriftInputs, rest = ''): string | null {
  // A comma separates filters, and a text that is not on one line is no word of a command.
  const ids = cases.filter((id) => !/[,\p{Cc}]/u.test(id));
  if (ids.length === 0) return null;
  const filter = ids.map((id) => `id=${id}`).join(',');
  const word = /^[\w=,.:@/-]+$/.test(filter) ? filter : `'${filter.replaceAll("'", String.raw`'\''`)}'`;
  return `goldset golden add --from ${word}${rest}`;
}
