/** One interaction with everything that is known about it. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count, milliseconds, quantity, usd } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { TriageDecision } from '../../core/feedback/interactions/follow-up.ts';
import type { ShownInteraction, ShownText } from '../../protocol/interactions.ts';
import { Section } from '../controls/section.tsx';
import { Icon } from '../controls/icon.tsx';
import { Output } from '../output/output.tsx';
import { Correction } from './correction.tsx';
import { dateTimeText } from '../controls/date-time.ts';
import { flagName } from './list.tsx';
import { Signals } from './signals.tsx';

export interface InteractionDetailActions {
  readonly makeCase: () => void;
  readonly startCorrection: () => void;
  readonly correct: (text: string) => void;
  readonly cancelCorrection: () => void;
  readonly dismiss: () => void;
  readonly reopen: () => void;
  readonly reproduce: () => void;
  readonly copyId: () => void;
  readonly openPrompt: () => void;
  readonly openOutput: () => void;
}

interface InteractionDetailProps {
  readonly shown: ShownInteraction;
  readonly readOnly: boolean;
  readonly correcting: boolean;
  readonly actions: InteractionDetailActions;
  readonly body: RefObject<HTMLDivElement | null>;
  readonly onKey: (event: KeyboardEvent) => void;
}

export function InteractionDetail({ shown, readOnly, correcting, actions, body, onKey }: InteractionDetailProps) {
  const { prompt, output, correction } = shown;
  const isClosed = shown.state === 'case' || shown.state === 'dismissed';
  return (
    <aside class="detail" aria-label="Interaction" onKeyDown={onKey}>
      <div class="panel-head">
        <h2>{prompt === null ? 'No prompt name' : visibleControls(prompt.name)}</h2>
      </div>
      <div class="quiet detail-name">
        {[
          prompt?.version == null ? 'version unknown' : `version ${prompt.version.slice(0, 8)}`,
          shown.model ?? 'model unknown',
          dateTimeText(shown.time),
        ]
          .map(visibleControls)
          .join(' · ')}
      </div>
      <div class="detail-body" tabIndex={0} role="region" aria-label="Details of the interaction" ref={body}>
        <div class="top">
          {shown.flags.map((flag) => (
            <span key={flag} class={flag === 'correction' ? 'badge pass' : 'badge fail'}>
              {flagName(flag)}
            </span>
          ))}
          {shown.state !== null && <span class="tag plain">{stateText(shown)}</span>}
          {shown.decisions.length > 1 &&
            shown.decisions.slice(1).map((other) => (
              <span key={other.by ?? ''} class="quiet">
                before: {decisionText(other)}
              </span>
            ))}
          {shown.finish !== null && (
            <span class={shown.finish === 'stop' ? 'quiet' : 'notice'}>finish: {visibleControls(shown.finish)}</span>
          )}
        </div>
        <div class="detail-actions">
          {!readOnly && (
            <>
              <button type="button" disabled={prompt?.file == null} onClick={actions.makeCase}>
                <Icon name="add" /> Make golden case
              </button>
              <button type="button" class="secondary" aria-expanded={correcting} onClick={actions.startCorrection}>
                <Icon name="edit" /> Correct…
              </button>
              {isClosed ? (
                <button type="button" class="secondary" onClick={actions.reopen}>
                  <Icon name="history" /> Reopen
                </button>
              ) : (
                <button type="button" class="secondary" onClick={actions.dismiss}>
                  <Icon name="close" /> Dismiss…
                </button>
              )}
              <button type="button" class="secondary" disabled={prompt?.file == null} onClick={actions.reproduce}>
                <Icon name="rerun" /> Reproduce
              </button>
            </>
          )}
          <button type="button" class="secondary" disabled={prompt?.file == null} onClick={actions.openPrompt}>
            <Icon name="open" /> Open prompt
          </button>
          <button type="button" class="secondary" onClick={actions.copyId}>
            <Icon name="copy" /> Copy id
          </button>
        </div>
        {prompt === null && <p class="notice">The record does not name a prompt, so it can’t be reproduced or made into a golden case.</p>}
        {prompt !== null && prompt.file === null && (
          <p class="notice">
            No prompt in this workspace has the name {visibleControls(prompt.name)}, so the record can’t be reproduced or made into a golden
            case.
          </p>
        )}
        {correcting && <Correction key={shown.key.offset} shown={shown} onDone={actions.correct} onCancel={actions.cancelCorrection} />}
        {shown.error !== null && <p class="error-text">{visibleControls(shown.error)}</p>}
        {correction !== null && (
          <Section title="Correction">
            <pre class="output">{visibleControls(correction.text)}</pre>
            <p class="quiet">
              {[`by ${correction.by ?? 'a person'}`, ...(correction.time === null ? [] : [dateTimeText(correction.time)])]
                .map(visibleControls)
                .join(', ')}
            </p>
          </Section>
        )}
        <Section title="Output">
          {output === null ? <p class="quiet">No output was captured.</p> : <Output output={output} format={shown.format} place="pane" />}
          {shown.cut > 0 && (
            <p>
              <span class="quiet">… {quantity(shown.cut, 'more character')}. </span>
              <button type="button" class="link" onClick={actions.openOutput}>
                Open the whole output in an editor
              </button>
            </p>
          )}
        </Section>
        <Signals signals={shown.signals} />
        <Section title="Variables">
          {shown.variables.length === 0 && shown.variablesNote === null && <p class="quiet">No variables were captured.</p>}
          {shown.variablesNote !== null && <p class="notice">{visibleControls(shown.variablesNote)}</p>}
          <Texts texts={shown.variables} />
        </Section>
        {shown.chunks.length > 0 && (
          <Section title={`Retrieved: ${count(shown.chunks.length)}`}>
            <dl class="variables">
              {shown.chunks.map(({ name, text, score, isCut }, i) => (
                <div key={i}>
                  <dt>
                    {[visibleControls(name) || `${i + 1}`, score === null ? 'no score' : `score ${Number(score.toFixed(4))}`].join(' · ')}
                  </dt>
                  <Text text={text} isCut={isCut} />
                </div>
              ))}
            </dl>
          </Section>
        )}
        {shown.messages.length > 0 && (
          <Section title="Request as sent" open={false}>
            <Texts texts={shown.messages} />
          </Section>
        )}
        {shown.tools !== '' && (
          <Section title="Tools" open={false}>
            <pre>{visibleControls(shown.tools)}</pre>
          </Section>
        )}
        {shown.parameters !== '' && (
          <Section title="Parameters" open={false}>
            <pre>{visibleControls(shown.parameters)}</pre>
          </Section>
        )}
        <Cost shown={shown} />
        <Section title="Record">
          <dl class="facts">
            {shown.facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{visibleControls(value)}</dd>
              </div>
            ))}
          </dl>
        </Section>
      </div>
    </aside>
  );
}

/** With its author where several people have decided differently. */
function stateText({ state, reason, decisions }: ShownInteraction): string {
  const by = decisions.length > 1 ? (decisions[0]?.by ?? null) : null;
  return decisionText({ triage: state ?? 'open', reason, by });
}

function decisionText({ triage, reason, by }: Pick<TriageDecision, 'triage' | 'reason' | 'by'>): string {
  const who = by === null ? '' : ` by ${visibleControls(by)}`;
  if (triage === 'case') return reason === null ? `a golden case${who}` : `golden case ${visibleControls(reason)}${who}`;
  if (triage === 'dismissed') return reason === null ? `dismissed${who}` : `dismissed${who}: ${visibleControls(reason)}`;
  return `open${who}`;
}

function Cost({ shown: { bill, costUsd, isComputed, ttftMs, latencyMs } }: { readonly shown: ShownInteraction }) {
  return (
    <Section title={`Usage and cost: ${usd(costUsd)}`}>
      {bill.length > 0 && (
        <table class="bill">
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col">Tokens</th>
            </tr>
          </thead>
          <tbody>
            {bill.map(({ name, tokens }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{count(tokens)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="quiet">
        {bill.length === 0 ? 'The record has no usage. ' : 'Tokens as reported by the provider to the application. '}
        {costText(costUsd, isComputed)} Time to first token: {milliseconds(ttftMs)}; total: {milliseconds(latencyMs)}
        {ttftMs === null && latencyMs === null ? '.' : ', measured where the call was made.'}
      </p>
    </Section>
  );
}

function costText(usd: number | null, isComputed: boolean): string {
  if (usd === null) return 'The record has no cost, and no price is known for its model.';
  return isComputed
    ? 'The record has no cost: tokens times the price on the day of the call.'
    : 'Cost as the provider or the application reported it.';
}

const Texts = ({ texts }: { readonly texts: readonly ShownText[] }) => (
  <dl class="variables">
    {texts.map(({ name, text, isCut }, i) => (
      <div key={i}>
        <dt>{visibleControls(name)}</dt>
        <Text text={text} isCut={isCut} />
      </div>
    ))}
  </dl>
);

function Text({ text, isCut }: { readonly text: string; readonly isCut: boolean }) {
  const own = useRef<HTMLPreElement>(null);
  const [isScrolled, setScrolled] = useState(false);
  // What scrolls can be reached by keyboard; whether it does depends on its lines and on how wide the pane is.
  useLayoutEffect(() => {
    const pre = own.current;
    if (pre === null) return;
    const look = (): void => setScrolled(pre.scrollHeight > pre.clientHeight);
    look();
    const observer = new ResizeObserver(look);
    observer.observe(pre);
    return () => observer.disconnect();
  }, [text]);
  return (
    <dd>
      <pre ref={own} tabIndex={isScrolled ? 0 : undefined}>
        {visibleControls(text)}
      </pre>
      {isCut && <span class="quiet">… the rest is in the record.</span>}
    </dd>
  );
}
