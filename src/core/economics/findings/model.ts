/** Findings about the model itself: what it rejects, and when it stops to answer. */
import { quantity } from '../../display/figures.ts';
import type { Capabilities } from '../data/capability-row.ts';
import { parameterMisfits, type ParameterMisfit } from '../parameter-fit.ts';
import { parameterPlace, writtenName } from '../fixes/parameter-edits.ts';
import { successorId } from '../fixes/successor.ts';
import { finding, type Detector, type Evidence } from './finding.ts';

/** What of the prompt's parameters its model rejects or ignores. */
export function misfitsOf({ reading: { document }, model }: Pick<Evidence, 'reading' | 'model'>): readonly ParameterMisfit[] {
  if (model === null) return [];
  const { capabilities, api } = model.facts;
  const found = parameterMisfits(document.parameters, capabilities, { api, hasTools: document.tools.length > 0 });
  return found.filter(({ isDefault }) => isDefault !== true);
}

export const unsupportedParameter: Detector = (evidence) => {
  const { document } = evidence.reading;
  const { model } = evidence;
  if (model === null) return [];
  const { capabilities } = model.facts;
  const from = capabilities === null ? '' : ` (${capabilities.source}, ${capabilities.date})`;
  return misfitsOf(evidence).map(({ parameter, effect, instead, reason }) => {
    const range = parameterPlace(evidence.text, document, parameter)?.key ?? document.model?.range ?? null;
    const name = writtenName(evidence.text, document, parameter);
    if (effect === 'ignored')
      return finding(evidence, 'model/unsupported-parameter', {
        severity: 'warning',
        range,
        message: `${model.facts.id} ignores \`${name}\`, so it changes nothing${from}.`,
        hint: 'Remove it: answers are not more repeatable with it. Use `--repeat` to measure how much they vary.',
      });
    const sent = instead === null ? `without \`${name}\`` : `with \`${name}: ${textOf(instead)}\``;
    return finding(evidence, 'model/unsupported-parameter', {
      severity: 'error',
      range,
      message: `${model.facts.id} does not accept \`${name}\` as it is written: ${reason}${from}. Goldset sends the request ${sent}; an application that sends it gets an error.`,
      hint: instead === null ? 'Remove it, or choose another model.' : `Write \`${name}: ${textOf(instead)}\`, or choose another model.`,
    });
  });
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

type Retirement = NonNullable<Capabilities['retirement']>;

/** Days before the end of a model from which it is a finding. */
const NOTICE = 60;

export const retirement: Detector = (evidence) => {
  const { model, today } = evidence;
  const capabilities = model?.facts.capabilities ?? null;
  if (model === null || capabilities === null) return [];
  const text = retirementText(model.facts.id, capabilities.retirement, today);
  if (text === null) return [];
  return [
    finding(evidence, 'model/retirement', {
      severity: text.isOver ? 'error' : 'warning',
      range: evidence.reading.document.model?.range ?? null,
      message: `${text.sentence} (${capabilities.source}, ${capabilities.date}).`,
      hint: successorHint(model.facts.id, capabilities.retirement?.successor ?? null),
    }),
  ];
};

function successorHint(id: string, successor: string | null): string {
  const to = successor === null ? null : successorId(id, successor);
  if (to !== null) return `Compare it with its successor: goldset compare model:${id} model:${to}.`;
  const other = successor === null ? 'another model' : `your host's name of ${successor}`;
  return `Choose ${other} and compare them: goldset compare model:OLD model:NEW.`;
}

/** The end of a model for a report, however far away it is; null: none is announced. */
export function retirementLine(id: string, announced: Retirement | null, today: string): string | null {
  if (announced === null) return null;
  const successor = announced.successor === null ? '' : `; its provider recommends ${announced.successor}`;
  return `${id} ${announced.date <= today ? 'was' : 'will be'} retired on ${announced.date}${successor}.`;
}

/** What to say about the end of a model, without a full stop; null: nothing is announced, or it is more than 60 days away. */
export function retirementText(
  id: string,
  announced: Retirement | null,
  today: string,
): { readonly sentence: string; readonly isOver: boolean } | null {
  if (announced === null) return null;
  const days = Math.round((Date.parse(`${announced.date}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000);
  if (!Number.isFinite(days) || days > NOTICE) return null;
  const successor = announced.successor === null ? '' : `; its provider recommends ${announced.successor}`;
  if (days <= 0) return { sentence: `${id} was retired on ${announced.date}${successor}`, isOver: true };
  return { sentence: `${id} will be retired on ${announced.date}, in ${quantity(days, 'day')}${successor}`, isOver: false };
}
