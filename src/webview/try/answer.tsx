/** An answer while it arrives and when it is there: thinking folded, text in its format, and what is known about it. */
import { count, milliseconds, usd } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { OutputFormat } from '../../protocol/detail.ts';
import type { TryAnswer } from '../../protocol/try.ts';
import { Icon } from '../controls/icon.tsx';
import { Difference } from '../output/difference.tsx';
import { Output } from '../output/output.tsx';
import type { LaneRun } from './lane-run.ts';

interface AnswerProps {
  readonly run: LaneRun;
  /** Null: the format that the answer has. */
  readonly format: OutputFormat | null;
  /** The answer that this one is compared with; null: none is. */
  readonly against: string | null;
}

export function LaneAnswer({ run: { state, text, thinking, ttftMs, note, answer }, format, against }: AnswerProps) {
  const thought = answer?.thinking ?? thinking;
  const said = answer?.text ?? text;
  return (
    <div class="answer">
      {thought !== '' && (
        <details class="thinking">
          <summary class="quiet">{state === 'running' && said === '' ? 'Thinking…' : 'Thinking'}</summary>
          <pre>{visibleControls(thought)}</pre>
        </details>
      )}
      {answer === null ? (
        said !== '' && <Output output={said} format="text" place="scrolling" />
      ) : against !== null && said !== '' ? (
        <Difference from={against} to={said} only={false} />
      ) : (
        said !== '' && <Output output={said} format={format ?? answer.format} place="pane" />
      )}
      {state === 'running' && (
        <p class="quiet try-wait">
          <span class="badge running">
            <Icon name="running" />
          </span>{' '}
          {note ?? (said === '' ? 'Waiting for the answer…' : `First token after ${milliseconds(ttftMs)}`)}
        </p>
      )}
      {state === 'interrupted' && <p class="notice">The answer was interrupted. Send again to get a whole one.</p>}
      {answer !== null && <Facts answer={answer} />}
    </div>
  );
}

function Facts({ answer }: { readonly answer: TryAnswer }) {
  const { schema, sentWithout, finish } = answer;
  const facts = factsOf(answer);
  return (
    <>
      {schema !== null && (
        <p class="schema">
          <span class={`badge ${schema.valid ? 'pass' : 'fail'}`}>
            <Icon name={schema.valid ? 'pass' : 'fail'} /> {schema.valid ? 'Matches the output schema' : 'Does not match the output schema'}
          </span>
          {!schema.valid && <span class="error-text"> {visibleControls(schema.message)}</span>}
        </p>
      )}
      {finish !== null && FINISHES[finish] !== undefined && <p class="notice">{FINISHES[finish]}</p>}
      {facts.length > 0 && <p class="quiet facts-line">{facts.join(' · ')}</p>}
      {sentWithout.map((text) => (
        <p class="quiet" key={text}>
          The request was {visibleControls(text)}.
        </p>
      ))}
    </>
  );
}

/** Endings that a person should know of. */
const FINISHES: Readonly<Record<string, string | undefined>> = {
  length: 'The answer was cut off at the limit of output tokens.',
  'content-filter': 'The provider’s content filter stopped the answer.',
  refusal: 'The model refused to answer.',
};

/** Time, tokens and cost; what is not known is left out, but for the cost. */
function factsOf({ ttftMs, latencyMs, tokens, costUsd, wouldCost, source, text, problem }: TryAnswer): string[] {
  const counted = tokens?.basis === 'estimated' ? '~' : '';
  const thought = tokens?.reasoning == null || tokens.reasoning === 0 ? '' : `, ${count(tokens.reasoning)} of them thinking`;
  const cached = tokens === null || tokens.cacheRead === 0 ? '' : `, ${count(tokens.cacheRead)} from the provider’s cache`;
  return [
    ttftMs === null ? null : `first token ${milliseconds(ttftMs)}`,
    latencyMs === null ? null : `total ${milliseconds(latencyMs)}`,
    tokens === null ? null : `${counted}${count(tokens.input)} tokens in${cached}`,
    tokens === null ? null : `${counted}${count(tokens.output)} out${thought}`,
    source === 'cache' || (problem !== null && text === '' && costUsd === null)
      ? null
      : wouldCost
        ? `would cost ${usd(costUsd)}`
        : costUsd === null
          ? 'cost unknown'
          : usd(costUsd),
    source === 'cache' ? 'answered before: from Goldset’s cache, nothing was paid' : source === 'scripted' ? 'scripted' : null,
  ].filter((fact) => fact !== null);
}
