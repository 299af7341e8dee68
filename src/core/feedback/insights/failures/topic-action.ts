/** What to do about a topic, by its cause: cases for the pipeline, cases for the prompt, or a ticket for the owner of the tool. */
import { percent, quantity } from '../../../display/figures.ts';
import type { FailureCause } from './failure.ts';
import type { TopicPart } from './topic-breakdown.ts';

export const TOPIC_ACTIONS = ['pipeline-cases', 'prompt-cases', 'ticket', 'output-limit', 'review', 'none'] as const;
export type TopicActionKind = (typeof TOPIC_ACTIONS)[number];

export interface TopicAction {
  readonly kind: TopicActionKind;
  /** In one sentence. */
  readonly text: string;
  /** Interactions to make cases of: those that differ most from one another. */
  readonly cases: readonly string[];
  /** A text to file, without words of users; null: no ticket fits. */
  readonly ticket: string | null;
}

const KINDS: Readonly<Record<FailureCause, TopicActionKind>> = {
  retrieval: 'pipeline-cases',
  content: 'prompt-cases',
  refusal: 'prompt-cases',
  format: 'prompt-cases',
  other: 'review',
  tool: 'ticket',
  truncated: 'output-limit',
  none: 'none',
};

const TEXTS: Readonly<Record<TopicActionKind, string>> = {
  'pipeline-cases': 'Make golden cases for the pipeline: no edit of the prompt finds a passage that was not retrieved.',
  'prompt-cases': 'Make golden cases for the prompt of those that differ most, and edit it until they pass.',
  ticket: 'File a ticket for the tool: the prompt cannot repair it.',
  'output-limit': 'Raise the limit of output tokens, or ask for shorter answers.',
  review: 'Review some of them: the cause is not known.',
  none: 'Nothing to fix: reviewers found no fault.',
};

export interface TicketFacts {
  readonly n: number;
  /** What the record says, such as `tool: timeout after # ms`; null: nothing. */
  readonly signature: string | null;
  readonly window: { readonly from: string; readonly to: string };
  readonly since: string;
  readonly by: readonly TopicPart[];
  readonly examples: readonly string[];
}

/** `cause`: the leading one of the topic; null: no label and no record says one. */
export function topicAction(cause: FailureCause | null, cases: readonly string[], facts: TicketFacts): TopicAction {
  const kind = cause === null ? 'review' : KINDS[cause];
  const hasCases = kind === 'pipeline-cases' || kind === 'prompt-cases' || kind === 'review';
  return { kind, text: TEXTS[kind], cases: hasCases ? cases : [], ticket: kind === 'ticket' ? ticketText(facts) : null };
}

function ticketText({ n, signature, window, since, by, examples }: TicketFacts): string {
  const where = by.filter(({ standsOut }) => standsOut).map(({ name, value, share }) => `${name} ${value} (${percent(share)})`);
  return [
    `A tool fails: ${quantity(n, 'answer')} from ${window.from} to ${window.to}`,
    '',
    `- What it returned (numbers as #): ${signature?.replace(/^tool: /, '') ?? 'not recorded'}`,
    `- First seen: ${since}`,
    ...(where.length === 0 ? [] : [`- Most of them: ${where.join(', ')}`]),
    `- Interactions: ${examples.join(', ')}`,
  ].join('\n');
}
