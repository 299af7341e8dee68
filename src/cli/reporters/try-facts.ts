/** What a try took, in lines for people. */
import { count, milliseconds, quantity, usd } from '../../core/display/figures.ts';
import type { TriedAnswer } from '../../core/try/tried.ts';

export function factLines(model: string, answer: TriedAnswer): string[] {
  const { schema, toolCalls, sentWithout } = answer;
  return [
    [model, ...timeOf(answer), ...tokensOf(answer), costOf(answer), ...(answer.finish === null ? [] : [answer.finish])].join(' · '),
    ...sentWithout,
    ...(schema === null ? [] : [schema.message]),
    ...(toolCalls.length === 0
      ? []
      : [
          `${quantity(toolCalls.length, 'tool call waits', 'tool calls wait')} for a result. Write it in \`tools:\` of a golden case and pass --case ID.`,
        ]),
  ];
}

/** A cached answer took its time when it was first sent. */
const timeOf = ({ source, ttftMs, latencyMs }: TriedAnswer): string[] =>
  source === 'cache'
    ? ['from the cache']
    : [...(ttftMs === null ? [] : [`first token ${milliseconds(ttftMs)}`]), ...(latencyMs === null ? [] : [milliseconds(latencyMs)])];

function tokensOf({ tokens }: TriedAnswer): string[] {
  if (tokens === null) return ['tokens not reported'];
  const { input, cacheRead, output, reasoning, basis } = tokens;
  const about = basis === 'estimated' ? '~' : '';
  const read = cacheRead > 0 ? ` (${count(cacheRead)} from the provider’s cache)` : '';
  const thought = reasoning === null || reasoning === 0 ? '' : ` (${count(reasoning)} thinking)`;
  return [`${about}${count(input)} tokens in${read}, ${about}${count(output)} out${thought}`];
}

function costOf({ costUsd, wouldCost, source }: TriedAnswer): string {
  if (costUsd === null) return 'cost not known';
  if (source === 'cache') return `${usd(0)}, ${usd(costUsd)} when it was sent`;
  return wouldCost ? `would cost ${usd(costUsd)}` : usd(costUsd);
}
