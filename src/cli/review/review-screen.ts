/** One output on the terminal, and the line that says what is known of its label. Nothing here says what the judge said. */
import type { DrawFile } from '../../core/judge/labels/draw-file.ts';
import type { LabelledItem } from '../../core/judge/labels/label-record.ts';
import { KEYED_MODES, REVIEW_KEYS, type ReviewDraft } from '../../core/judge/review/review-draft.ts';
import { criterionWords } from '../../core/judge/labels/criterion-text.ts';
import { joinedText, paint, styled, type Text } from '../output.ts';

export interface ShownOutput {
  /** Place in the queue, from 0, and how many there are and are labelled. */
  readonly at: number;
  readonly of: number;
  readonly labelled: number;
  /** Null: there are no texts here. */
  readonly text: LabelledItem | null;
  readonly criterion: DrawFile['frame']['criterion'];
  readonly draft: ReviewDraft;
  readonly isStored: boolean;
  readonly modes: readonly { readonly mode: string; readonly count: number }[];
}

const BOLD = 1;

export function reviewScreen(shown: ShownOutput): Text {
  const { at, of, labelled, text, criterion, draft, isStored, modes } = shown;
  const parts: Text[] = [styled`${paint(BOLD, `Output ${at + 1} of ${of}`)}, ${labelled} labelled\n`];
  if (text === null)
    parts.push(
      '\nThe text is not here: this machine has neither the call nor the run. Someone who has it can send you the page (--html).\n',
    );
  else {
    parts.push(section('Request', text.input ?? '(not recorded)'));
    if (text.context !== null) parts.push(section('Passages', text.context));
    parts.push(section('Answer', text.output));
  }
  parts.push(section('Criterion', criterionWords(criterion)));
  const keyed = modes.slice(0, KEYED_MODES).map(({ mode, count }, i) => `  ${i + 1}  ${mode} (${count})\n`);
  if (keyed.length > 0) parts.push(styled`${paint(BOLD, 'Failure modes')}\n${keyed.join('')}\n`);
  parts.push(styled`${paint(BOLD, 'Your label')}  ${draftText(draft)}${isStored ? ' (stored)' : ''}\n`);
  parts.push('p f u  1–9  m  n · Enter: store, next · ← → · ? keys · q: stop\n');
  return joinedText(parts, '');
}

const section = (title: string, text: string): Text => styled`\n${paint(BOLD, title)}\n${text}\n`;

function draftText({ grade, failureMode, critique }: ReviewDraft): string {
  const parts = [
    grade ?? 'none yet',
    failureMode === null ? '' : `failure mode: ${failureMode}`,
    critique === null ? '' : `note: ${critique}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

export const KEYS_HELP = [
  ...REVIEW_KEYS,
  ['Enter', 'store the label and go to the next output'],
  ['← →', 'move without storing'],
  ['q', 'stop; run the command again to continue'],
]
  .map(([key, what]) => `  ${(key ?? '').padEnd(6)} ${what ?? ''}\n`)
  .join('');
