/** One call of production in full, as a person reads it in the terminal. */
import { usd } from '../../core/display/figures.ts';
import type { Interaction } from '../../core/feedback/interactions/interaction.ts';
import { isJsonObject, readable, type JsonValue } from '../../core/json/json.ts';

export function wholeInteractionText(interaction: Interaction): string {
  const { id, time, model, prompt, action, conversation, trace, environment, costUsd, latencyMs, finish, error, attributes } = interaction;
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ['id', id],
    ['time', time],
    ['model', model],
    ['prompt', prompt === null ? null : `${prompt.name}${prompt.version === null ? '' : `@${prompt.version}`}`],
    ['action', action === null ? null : `${action.type} ${action.id}`],
    ['conversation', conversation],
    ['trace', trace],
    ['environment', environment],
    ['cost', costUsd === null ? null : usd(costUsd)],
    ['latency', latencyMs === null ? null : `${Math.round(latencyMs)} ms`],
    ['finish', finish],
    ['error', error === null ? null : `${error.type}: ${error.message}`],
    [
      'attributes',
      attributes === undefined
        ? null
        : Object.entries(attributes)
            .map(([name, value]) => `${name}=${String(value)}`)
            .join(', '),
    ],
  ];
  const head = facts.flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [`${name.padEnd(14)}${value}\n`],
  );
  const parts: (readonly [string, string])[] = [
    ...interaction.messages.map((message) => [roleOf(message), contentOf(message)] as const),
    ...interaction.chunks.map(
      ({ id: chunk, score, text }) => [`passage ${chunk ?? ''}${score === null ? '' : ` (${score})`}`, text] as const,
    ),
    ...(interaction.output === null ? [] : [['output', interaction.output] as const]),
    ...interaction.signals.map(
      ({ name, value, by, note }) =>
        [`signal ${name}`, `${readable(value)}${by === null ? '' : ` by ${by}`}${note === null ? '' : `: ${note}`}`] as const,
    ),
  ];
  return `${head.join('')}${parts.map(([title, text]) => `\n--- ${title}\n${text}\n`).join('')}`;
}

const roleOf = (message: JsonValue): string => (isJsonObject(message) && typeof message['role'] === 'string' ? message['role'] : 'message');
const contentOf = (message: JsonValue): string => readable(isJsonObject(message) ? (message['content'] ?? message) : message);
