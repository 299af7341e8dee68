/** One interaction as the page shows it: nothing longer than a page can hold, each number with where it comes from. */
import { NO_DECLARED_SIGNALS, type DeclaredSignals } from '../../core/config/declared-signals.ts';
import { capturedMessages } from '../../core/feedback/interactions/captured-request.ts';
import { problemOfCase } from '../../core/feedback/interactions/case-from-interaction.ts';
import { derivedSignals } from '../../core/feedback/signals/derived-signals.ts';
import type { TriageDecision } from '../../core/feedback/interactions/follow-up.ts';
import { briefOf, correctionIn, stateOf } from '../../core/feedback/interactions/interaction-query.ts';
import { CORRECTION, type Interaction, type Signal } from '../../core/feedback/interactions/interaction.ts';
import { countedAs, isFlag } from '../../core/feedback/signals/signal-meaning.ts';
import { versionName } from '../../core/feedback/interactions/version-name.ts';
import type { Usage } from '../../core/economics/prices/usage.ts';
import { readable } from '../../core/json/json.ts';
import type { InteractionKey } from '../../core/feedback/interactions/interaction-key.ts';
import type { ShownInteraction, ShownSignal, ShownText } from '../../protocol/interactions.ts';
import { formatOf } from '../results-view/show-cell.ts';
import { MAX_DETAIL } from '../results-view/show-detail.ts';

const MAX_TEXT = 20_000;
const MAX_ITEMS = 200;

/** With all that became known of it. */
interface Known {
  readonly interaction: Interaction;
  readonly reason: string | null;
  readonly decisions?: readonly TriageDecision[];
}

/** `inputs`: variables that its prompt reads; null: the prompt is not known. `declared`: what signals mean. `shown`: the prompt's path, as people read it. */
export function showInteraction(
  key: InteractionKey,
  { interaction, reason, decisions = [] }: Known,
  shown: string | null,
  inputs: readonly string[] | null,
  declared: DeclaredSignals = NO_DECLARED_SIGNALS,
): ShownInteraction {
  const { prompt, output, error, usage } = interaction;
  const brief = briefOf(interaction, [], declared);
  const derived = derivedSignals(interaction, { lowScore: null });
  return {
    key,
    time: interaction.time,
    state: stateOf(brief),
    reason,
    decisions: decisions.slice(0, MAX_ITEMS),
    flags: brief.signals.filter(isFlag),
    prompt: prompt === null ? null : { name: prompt.name, version: versionName(prompt), file: shown },
    model: interaction.model,
    parameters: Object.keys(interaction.parameters).length === 0 ? '' : cut(JSON.stringify(interaction.parameters, null, 2)),
    facts: factsOf(interaction),
    variables: Object.entries(interaction.variables)
      .slice(0, MAX_ITEMS)
      .map(([name, value]) => textOf(name, readable(value))),
    variablesNote: inputs === null ? null : problemOfCase(interaction, inputs),
    messages: capturedMessages(interaction.messages.slice(0, MAX_ITEMS)).map(({ role, text }) => textOf(role, text)),
    tools: interaction.tools.length === 0 ? '' : cut(JSON.stringify(interaction.tools, null, 2)),
    chunks: interaction.chunks.slice(0, MAX_ITEMS).map(({ id, text, score }) => ({ ...textOf(id ?? '', text), score })),
    output: output === null ? null : output.slice(0, MAX_DETAIL),
    cut: Math.max(0, (output?.length ?? 0) - MAX_DETAIL),
    format: formatOf(output ?? ''),
    finish: interaction.finish,
    error: error === null ? null : cut(`${error.type}: ${error.message}`),
    signals: [
      ...interaction.signals.map((signal) => showSignal(signal, false, declared)),
      ...derived.map((signal) => showSignal(signal, true, declared)),
    ].slice(0, MAX_ITEMS),
    correction: correctionIn(interaction),
    bill: usage === null ? [] : billOf(usage),
    costUsd: interaction.costUsd,
    isComputed: false,
    ttftMs: interaction.ttftMs,
    latencyMs: interaction.latencyMs,
  };
}

const cut = (text: string): string => text.slice(0, MAX_TEXT);
const textOf = (name: string, text: string): ShownText => ({ name: name.slice(0, 500), text: cut(text), isCut: text.length > MAX_TEXT });

const WHO: Readonly<Record<Signal['annotator'], string>> = { human: 'a person', model: 'a model', code: 'the application' };

function showSignal(signal: Signal, isDerived: boolean, declared: DeclaredSignals): ShownSignal {
  const { name, value, annotator, by, time, note } = signal;
  const counted = isDerived && name !== 'edit-distance' ? name : countedAs(signal, declared);
  return {
    name: name.slice(0, 200),
    value: name === CORRECTION || value === null || value === true ? '' : String(value).slice(0, 500),
    who: isDerived ? 'Goldset (derived from the record)' : by === null ? WHO[annotator] : `${by.slice(0, 200)} (${WHO[annotator]})`,
    time: isDerived ? null : time,
    note: note === null ? null : note.slice(0, 2000),
    isBad: counted !== null && counted !== CORRECTION && isFlag(counted),
  };
}

function billOf({ input, cacheRead, cacheWriteShort, cacheWriteLong, output, reasoning }: Usage): ShownInteraction['bill'] {
  const written = cacheWriteShort + cacheWriteLong;
  return [
    { name: 'fresh input', tokens: Math.max(0, input - cacheRead - written) },
    { name: 'read from cache', tokens: cacheRead },
    ...(written > 0 ? [{ name: 'written to cache', tokens: written }] : []),
    { name: 'output', tokens: output },
    ...(reasoning > 0 ? [{ name: '  thinking, part of output', tokens: reasoning }] : []),
  ];
}

function factsOf({
  id,
  action,
  conversation,
  trace,
  responseId,
  user,
  environment,
  attributes = {},
}: Interaction): (readonly [string, string])[] {
  const facts: (readonly [string, string | null])[] = [
    ['id', id],
    ['action', action === null ? null : `${action.type} ${action.id}`],
    ['conversation', conversation],
    ['trace', trace],
    ['answer', responseId],
    ['user', user],
    ['environment', environment],
    ...Object.entries(attributes).map(([name, value]) => [name, String(value)] as const),
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value.slice(0, 500)] as const]));
}
