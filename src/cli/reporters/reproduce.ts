/** A call that was sent again, for people and as JSON: what it answered then, what it answers now, what differs. */
import { AS_CAPTURED, TODAY, type Reproduction, type ReproducedSide } from '../../adapters/interactions/reproduce-plan.ts';
import { count, usd } from '../../core/display/figures.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { titleOf } from '../../core/feedback/interactions/interaction-title.ts';
import { outputDifference, requestDifferences, type SentRequest } from '../../core/feedback/interactions/reproduced-differences.ts';
import { versionName } from '../../core/feedback/interactions/version-name.ts';
import type { Result } from '../../core/results/result.ts';
import type { RunReport } from '../../core/run/report.ts';

export interface Reproduced {
  readonly interaction: Interaction;
  readonly made: Reproduction;
  readonly spend: RunReport['spend'];
  readonly results: readonly Result[];
  /** Of each side; null: it was not sent. */
  readonly requests: readonly (SentRequest | null)[];
}

/** For the terminal. */
export function reproducedText(reproduced: Reproduced): string {
  const { interaction, made, spend } = reproduced;
  const { prompt, model, finish } = interaction;
  const head = [interaction.time, prompt === null ? null : `${prompt.name} ${versionName(prompt) ?? ''}`.trim(), titleOf(interaction)];
  return [
    `${interaction.id}: ${head.filter((part) => part !== null && part !== '').join(', ')}\n`,
    block('in production', [model, finish], indented(recordedText(interaction))),
    ...made.sides.map((side) => sideBlock(side, reproduced)),
    block('what differs', [], differenceLines(reproduced)),
    spend.usd === null ? 'Cost not known.\n' : `Cost: ${usd(spend.usd)}.\n`,
  ].join('\n');
}

const block = (title: string, facts: readonly (string | null)[], lines: string): string =>
  `${[title, ...facts.filter((fact) => fact !== null)].join(' · ')}\n${lines}`;

const indented = (text: string): string =>
  text === ''
    ? '  (nothing)\n'
    : `${text
        .replace(/\n+$/, '')
        .split('\n')
        .map((line) => `  ${line}`)
        .join('\n')}\n`;

const recordedText = ({ output, error }: Interaction): string =>
  output ?? (error === null ? 'Its output was not captured.' : `${error.type}: ${error.message}`);

function sideBlock(side: ReproducedSide, reproduced: Reproduced): string {
  const result = resultOf(side, reproduced);
  if (side.candidate === null || result === null) return block(side.name, ['not sent'], indented(side.problem ?? 'The run was stopped.'));
  const { costUsd, usage, finish, error } = result;
  const facts = [
    side.candidate.client.id,
    usage === null ? null : `${count(usage.input)} tokens in, ${count(usage.output)} out`,
    costUsd === null ? null : usd(costUsd),
    finish,
  ];
  return block(side.name, facts, indented(error === null ? answerText(result) : `Error: ${error.message}`));
}

/** Its text, and the tools that it called. */
function answerText({ output, toolCalls }: Pick<Result, 'output' | 'toolCalls'>): string {
  const calls = toolCalls.map(({ name, arguments: given }) => `→ ${name} ${given}`);
  return [...calls, ...(output === null || output === '' ? [] : [output])].join('\n');
}

const resultOf = ({ candidate }: ReproducedSide, { results }: Reproduced): Result | null =>
  results.find((result) => result.candidate === candidate?.id) ?? null;

function differenceLines(reproduced: Reproduced): string {
  const { sent, answers } = differencesOf(reproduced);
  const lines = [
    ...(sent === null ? [] : sent.length === 0 ? ['sent: the same request'] : sent.map((line) => `sent: ${line}`)),
    ...answers.map(({ from, to, change }) => `${from} → ${to}: ${change ?? 'the same answer'}`),
  ];
  return indented(lines.length === 0 ? 'Nothing can be compared.' : lines.join('\n'));
}

interface AnswerDifference {
  readonly from: string;
  readonly to: string;
  /** Null: the same. */
  readonly change: string | null;
}

/** `sent`: null: one side was not sent. */
function differencesOf(reproduced: Reproduced): { readonly sent: readonly string[] | null; readonly answers: readonly AnswerDifference[] } {
  const { interaction, made, requests } = reproduced;
  const [a, b] = requests;
  const answered = made.sides.flatMap((side) => {
    const result = resultOf(side, reproduced);
    if (result === null || result.error !== null) return [];
    // What tools were called on the way is shown above; an answer that only calls tools is those calls.
    return [{ name: side.name, text: result.output || answerText(result) }];
  });
  const said = [...(interaction.output === null ? [] : [{ name: 'in production', text: interaction.output }]), ...answered];
  return {
    sent: a && b ? requestDifferences(a, b) : null,
    answers: said.slice(1).flatMap((to, i) => {
      const from = said[i];
      return from === undefined ? [] : [{ from: from.name, to: to.name, change: outputDifference(from.text, to.text) }];
    }),
  };
}

/** goldset.reproduce/1 */
export function reproducedJson(reproduced: Reproduced): object {
  const { interaction, made, spend } = reproduced;
  const { id, time, prompt, model, output, finish, error } = interaction;
  return {
    schema: 'goldset.reproduce/1',
    interaction: { id, time, prompt, model, output, finish, error },
    sides: made.sides.map((side, i) => sideJson(side, reproduced, i)),
    differences: differencesOf(reproduced),
    spend: { usd: spend.usd, cap: spend.cap },
  };
}

const KEYS = { [AS_CAPTURED]: 'as-captured', [TODAY]: 'today' } as const;

function sideJson(side: ReproducedSide, reproduced: Reproduced, at: number): object {
  const { candidate, problem, notes } = side;
  const result = resultOf(side, reproduced);
  const request = reproduced.requests[at] ?? null;
  return {
    side: KEYS[side.name],
    problem,
    notes,
    model: candidate?.client.id ?? null,
    parameters: candidate?.parameters ?? null,
    messages: request?.messages ?? null,
    tools: request?.tools ?? null,
    output: result?.output ?? null,
    toolCalls: result?.toolCalls ?? [],
    finish: result?.finish ?? null,
    error: result?.error ?? null,
    usage: result?.usage ?? null,
    costUsd: result?.costUsd ?? null,
    ttftMs: result?.ttftMs ?? null,
    latencyMs: result?.latencyMs ?? null,
  };
}
