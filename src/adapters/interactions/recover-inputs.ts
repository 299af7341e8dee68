/** What is sent for a case of an interaction: its variables, where they are missing from its messages; its conversation; what its tools answered. */
import { capturedTurns, splitAtLastUser, toolMocksOf } from '../../core/feedback/interactions/captured-turns.ts';
import { problemOfCase, type CaseInputs } from '../../core/feedback/interactions/case-from-interaction.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { messagesWithMarks, variableMark, recoverVariables } from '../../core/feedback/interactions/recovered-variables.ts';
import type { Evaluator } from '../../core/evaluation/evaluator.ts';
import type { CaseMessage } from '../../core/golden/case-messages.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { textOf, type RenderedRequest } from '../../core/prompt/request.ts';
import type { RunTarget } from '../../core/prompt/run-target.ts';
import type { ReferenceUse } from '../../core/prompt/template/analyse.ts';

/** A variable that a prompt reads, and how. */
export interface ReadVariable {
  readonly name: string;
  readonly use: ReferenceUse;
}

export interface RecoverJob {
  readonly interaction: Interaction;
  /** The prompt as it may have answered, the likeliest first. */
  readonly targets: readonly Pick<RunTarget, 'document' | 'partials'>[];
  readonly variables: readonly ReadVariable[];
  /** Those without a default. */
  readonly required: readonly string[];
  /** False: the application names no prompt, so its messages are sent where they are not this one's. */
  readonly isNamed: boolean;
  readonly evaluator: Pick<Evaluator, 'render'>;
}

export interface RecoveredInputs extends CaseInputs {
  /** Variables that were read from the messages. */
  readonly recovered: readonly string[];
  /** Why it cannot be sent as it was; null: it can. */
  readonly problem: string | null;
}

/** Conditions that are tried in every combination. */
const MOST_CONDITIONS = 4;

export async function recoverInputs(job: RecoverJob): Promise<RecoveredInputs> {
  const { interaction, required, isNamed, targets } = job;
  const { turns, unread } = capturedTurns(interaction.messages);
  const tools = toolMocksOf(turns);
  const given = interaction.variables;
  const defined = new Set(targets.flatMap(({ document }) => document.tools.map(({ name }) => name)));
  const undefinedTools = [...new Set(tools.map(({ name }) => name))].filter((name) => !defined.has(name));
  const toolProblem =
    undefinedTools.length === 0 ? null : `The prompt does not define the tools that were called: ${undefinedTools.join(', ')}.`;
  let ambiguous: readonly string[] = [];
  // A prompt that a function builds is not rendered: nothing is executed for a proposal.
  for (const target of turns.length === 0 ? [] : targets.filter(({ document }) => document.template.kind !== 'built')) {
    const found = await alignedWith(target, turns, job);
    if (found !== null && 'ambiguous' in found) ambiguous = found.ambiguous;
    else if (found !== null) {
      const { asked } = splitAtLastUser(turns.slice(found.messages));
      const goesOn = asked.some(({ role }) => role === 'user');
      return {
        vars: { ...given, ...found.values },
        ...(goesOn ? { messages: asked } : {}),
        tools,
        recovered: Object.keys(found.values),
        problem: toolProblem ?? (goesOn ? unreadProblem(unread) : null),
      };
    }
  }
  const missing = required.filter((name) => !Object.keys(given).includes(name));
  if (!isNamed && turns.length > 0 && (missing.length > 0 || required.length === 0)) {
    const { asked } = splitAtLastUser(turns);
    return { vars: given, messages: asked, tools, recovered: [], problem: unreadProblem(unread) ?? toolProblem };
  }
  const unsure = ambiguous.filter((name) => missing.includes(name));
  const problem =
    unsure.length > 0
      ? `Its messages do not say for certain what ${unsure.join(', ')} ${unsure.length === 1 ? 'was' : 'were'}: more than one value fits the prompt. Fill in \`vars\` of the case by hand.`
      : problemOfCase({ variables: given, messages: interaction.messages }, required);
  return { vars: given, tools, recovered: [], problem: problem ?? toolProblem ?? conversationProblem(turns) };
}

const unreadProblem = (unread: string | null): string | null =>
  unread === null ? null : `Its messages have ${unread}, which \`messages\` of a case cannot hold.`;

/** Earlier turns that the prompt does not render are not in the case. */
const conversationProblem = (turns: readonly CaseMessage[]): string | null => {
  const { asked } = splitAtLastUser(turns);
  return asked.some(({ role }) => role === 'model')
    ? 'Its earlier turns are not in the case: its messages are not what the prompt renders. Fill in `messages` of the case by hand.'
    : null;
};

type Aligned = { readonly values: JsonObject; readonly messages: number } | { readonly ambiguous: readonly string[] };

/** Null: the messages are not what this prompt renders. */
async function alignedWith(
  { document, partials }: RecoverJob['targets'][number],
  turns: readonly CaseMessage[],
  { interaction: { variables: given }, variables, required, evaluator }: RecoverJob,
): Promise<Aligned | null> {
  const named = [...new Set(variables.map(({ name }) => name))];
  const lists = new Set(variables.filter(({ use }) => use === 'iteration').map(({ name }) => name));
  const open = named.filter((name) => !Object.hasOwn(given, name) && !lists.has(name));
  const conditions = open
    .filter((name) => variables.some((item) => item.name === name && item.use === 'condition'))
    .slice(0, MOST_CONDITIONS);
  const seed = seedFor(turns, document);
  const sets = [
    ...new Set([required, open].map((names) => open.filter((name) => names.includes(name) || conditions.includes(name)).join('\n'))),
  ]
    .map((names) => names.split('\n').filter((name) => name !== ''))
    .flatMap((names) => withConditions(names, conditions));
  const data = sets.map((names) => ({
    input: { ...given, ...Object.fromEntries(names.map((name) => [name, variableMark(named.indexOf(name), seed)])) },
  }));
  const outcomes = await evaluator.render({ document, partials, data, segments: false });
  let ambiguous: Aligned | null = null;
  for (const [i, outcome] of outcomes.entries()) {
    if ('problem' in outcome) continue;
    const found = recoverVariables(messagesWithMarks(outcome.request.messages, named, seed), turns);
    if (found === null) continue;
    if ('ambiguous' in found) {
      ambiguous ??= found;
      continue;
    }
    const values = Object.fromEntries([...found.values].filter(([name]) => sets[i]?.includes(name)));
    const [again] = await evaluator.render({ document, partials, data: [{ input: { ...given, ...values } }], segments: false });
    if (again !== undefined && 'request' in again && isSaid(again.request, turns)) return { values, messages: found.messages };
  }
  return ambiguous;
}

/** Every combination of the conditions, those that hold first. */
function withConditions(names: readonly string[], conditions: readonly string[]): string[][] {
  const own = conditions.filter((name) => names.includes(name));
  const always = names.filter((name) => !own.includes(name));
  return Array.from({ length: 2 ** own.length }, (_, bits) => [...always, ...own.filter((_name, i) => (bits & (1 << i)) === 0)]);
}

/** A mark that neither the call nor the prompt contains. */
function seedFor(turns: readonly CaseMessage[], document: RecoverJob['targets'][number]['document']): number {
  const all = `${JSON.stringify(turns)}${JSON.stringify(document)}`;
  let seed = 1;
  while (all.includes(`GoldsetVariable${seed}x`)) seed++;
  return seed;
}

/** Whether a prompt with the values that were found says what was captured. */
const isSaid = ({ messages }: RenderedRequest, turns: readonly CaseMessage[]): boolean =>
  messages.every((message, i) => {
    const said = turns[i]?.content.map((part) => ('text' in part ? part.text : '')).join('') ?? '';
    return textOf(message).trim() === said.trim();
  });
