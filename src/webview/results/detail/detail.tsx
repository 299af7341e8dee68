/** The side pane: one result with everything that is known about it, and what can be done with it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { quantity } from '../../../core/display/figures.ts';
import type { ResultsDetail, ShownRequest } from '../../../protocol/detail.ts';
import { Badge } from '../grid/cell.tsx';
import { Icon } from '../../controls/icon.tsx';
import { Difference } from '../../output/difference.tsx';
import { Output, ToolCalls } from '../../output/output.tsx';
import { visibleControls } from '../../../core/display/visible-controls.ts';
import { CloseButton } from '../run-list.tsx';
import { Assertions } from './assertions.tsx';
import { CostBreakdown } from './cost-breakdown.tsx';
import { CorrectionForm, GradeForm, VariantForm } from './decision-forms.tsx';
import { Request } from './request.tsx';
import { Context, Rounds } from './rounds.tsx';
import { Section } from '../../controls/section.tsx';
import { Timing } from './timing.tsx';

export interface DetailActions {
  readonly request: (repeat: number) => Promise<ShownRequest>;
  readonly openCase: () => void;
  readonly openPrompt: () => void;
  readonly openOutput: (repeat: number) => void;
  readonly copy: (what: 'output' | 'curl', repeat: number) => void;
  readonly rerun: () => void;
  readonly accept: (correction: string | null, repeat: number) => void;
  readonly addCase: (variables: Readonly<Record<string, string>>) => void;
  readonly label: (grade: 'pass' | 'fail' | 'unknown', note: string | null, repeat: number) => void;
  readonly move: (step: 1 | -1) => void;
  readonly close: () => void;
}

interface DetailProps {
  readonly detail: ResultsDetail | null;
  readonly name: string;
  readonly readOnly: boolean;
  readonly onlyChanges: boolean;
  readonly repeat: number;
  readonly onRepeat: (repeat: number) => void;
  readonly actions: DetailActions;
}

export function Detail({ detail, name, readOnly, onlyChanges, repeat, onRepeat, actions }: DetailProps) {
  const [editing, setEditing] = useState<'correct' | 'variant' | null>(null);
  const against = detail?.against ?? null;
  const pane = useRef<HTMLElement>(null);
  const key = detail === null ? '' : `${detail.case}\u0000${detail.column}\u0000${detail.repeat}`;
  useEffect(() => {
    setEditing(null);
    pane.current?.querySelector('.detail-body')?.scrollTo(0, 0);
  }, [key]);
  const onKey = (event: KeyboardEvent): void => {
    const inText = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
    if (event.key === 'Escape' && editing !== null) setEditing(null);
    else if (event.key === 'Escape') actions.close();
    else if (event.altKey && event.key === 'ArrowDown') actions.move(1);
    else if (event.altKey && event.key === 'ArrowUp') actions.move(-1);
    else if (!inText && event.key === 'j') actions.move(1);
    else if (!inText && event.key === 'k') actions.move(-1);
    else return;
    event.preventDefault();
  };
  return (
    <aside class="detail" aria-label="Result" ref={pane} onKeyDown={onKey}>
      <div class="panel-head">
        <h2>{detail === null ? 'Not answered yet' : visibleControls(detail.case)}</h2>
        <button
          type="button"
          class="icon-button"
          onClick={() => actions.move(-1)}
          title="Previous case (Alt+Up)"
          aria-label="Previous case"
        >
          <Icon name="up" />
        </button>
        <button type="button" class="icon-button" onClick={() => actions.move(1)} title="Next case (Alt+Down)" aria-label="Next case">
          <Icon name="down" />
        </button>
        <CloseButton onClose={actions.close} label="Close the result" />
      </div>
      <div class="quiet detail-name">{name}</div>
      {detail !== null && (
        <div class="detail-body" tabIndex={0} role="region" aria-label="Details of the result">
          <div class="top">
            <Badge verdict={detail.verdict} />
            {detail.score !== null && <span class="score">score {Number(detail.score.toFixed(3))}</span>}
            {detail.status !== 'active' && <span class="tag">{detail.status}</span>}
            {detail.critical && <span class="tag">critical</span>}
            {detail.finish !== null && <span class={detail.finish === 'stop' ? 'quiet' : 'notice'}>finish: {detail.finish}</span>}
            <span class="quiet">from {SOURCES[detail.source] ?? detail.source}</span>
          </div>
          {detail.repeats.length > 1 && <RepeatChoice detail={detail} repeat={repeat} onRepeat={onRepeat} />}
          <div class="detail-actions">
            {!readOnly && (
              <>
                <button
                  type="button"
                  class="secondary"
                  disabled={detail.output === '' || detail.label?.grade === 'fail'}
                  title={detail.label?.grade === 'fail' ? 'You graded this output fail: correct it instead' : undefined}
                  onClick={() => actions.accept(null, detail.repeat)}
                >
                  <Icon name="check" /> Accept as expected
                </button>
                <button
                  type="button"
                  class="secondary"
                  disabled={detail.output === '' || detail.cut > 0}
                  title={detail.cut > 0 ? 'Too long to correct here. Open the case and edit it there' : undefined}
                  aria-expanded={editing === 'correct'}
                  onClick={() => setEditing(editing === 'correct' ? null : 'correct')}
                >
                  <Icon name="edit" /> Correct…
                </button>
                <button
                  type="button"
                  class="secondary"
                  aria-expanded={editing === 'variant'}
                  onClick={() => setEditing(editing === 'variant' ? null : 'variant')}
                >
                  <Icon name="add" /> Add variant…
                </button>
                <button type="button" class="secondary" onClick={actions.rerun}>
                  <Icon name="rerun" /> Rerun
                </button>
              </>
            )}
            <button type="button" class="secondary" onClick={actions.openCase}>
              <Icon name="open" /> Open case
            </button>
            <button type="button" class="secondary" onClick={actions.openPrompt}>
              <Icon name="open" /> Open prompt
            </button>
            <button type="button" class="secondary" onClick={() => actions.copy('output', detail.repeat)}>
              <Icon name="copy" /> Copy output
            </button>
            <button type="button" class="secondary" onClick={() => actions.copy('curl', detail.repeat)}>
              <Icon name="terminal" /> Copy as curl
            </button>
          </div>
          {editing === 'correct' && (
            <CorrectionForm
              key={key}
              detail={detail}
              onDone={(text) => actions.accept(text, detail.repeat)}
              onCancel={() => setEditing(null)}
            />
          )}
          {editing === 'variant' && <VariantForm key={key} detail={detail} onDone={actions.addCase} onCancel={() => setEditing(null)} />}
          {detail.error !== null && <p class="error-text">{visibleControls(detail.error)}</p>}
          {/* Why it did not pass comes before the rest. */}
          {detail.verdict === 'unjudged' && (
            <p class="notice">This case has no expected output and no assertion, so nothing is checked and it does not count as passed.</p>
          )}
          {detail.verdict !== 'pass' && <Assertions assertions={detail.assertions} />}
          <Section title={against === null ? 'Output' : 'Output, with differences'}>
            {detail.rounds.length === 0 && <ToolCalls calls={detail.toolCalls} />}
            {against === null ? (
              <Output output={detail.output} format={detail.format} place="pane" />
            ) : (
              <Difference from={against} to={detail.output} only={onlyChanges} />
            )}
            {detail.cut > 0 && (
              <p>
                <span class="quiet">… {quantity(detail.cut, 'more character')}. </span>
                <button type="button" class="link" onClick={() => actions.openOutput(detail.repeat)}>
                  Open the whole output in an editor
                </button>
              </p>
            )}
          </Section>
          <Rounds rounds={detail.rounds} />
          <Context chunks={detail.context} />
          {!readOnly && detail.output !== '' && (
            <GradeForm key={`grade ${key}`} detail={detail} onGrade={(grade, note) => actions.label(grade, note, detail.repeat)} />
          )}
          {detail.verdict === 'pass' && <Assertions assertions={detail.assertions} />}
          {detail.expected !== null && (
            <Section title="Expected">
              <pre class="output">{visibleControls(detail.expected)}</pre>
            </Section>
          )}
          <Section title="Variables">
            <dl class="variables">
              {detail.variables.map(({ name: variable, text }) => (
                <div key={variable}>
                  <dt>{visibleControls(variable)}</dt>
                  <dd>
                    <pre>{visibleControls(text)}</pre>
                  </dd>
                </div>
              ))}
            </dl>
          </Section>
          <Request key={`request ${key}`} load={() => actions.request(detail.repeat)} />
          <CostBreakdown detail={detail} />
          <Timing timing={detail.timing} />
          {detail.provenance.length > 0 && (
            <Section title="Source of the case">
              <dl class="facts">
                {detail.provenance.map(([label, value]) => (
                  <div key={label}>
                    <dt>{visibleControls(label)}</dt>
                    <dd>{visibleControls(value)}</dd>
                  </div>
                ))}
              </dl>
            </Section>
          )}
        </div>
      )}
    </aside>
  );
}

const SOURCES: Readonly<Record<string, string>> = {
  cache: 'the response cache',
  model: 'the model',
  scripted: 'the scripted model',
  batch: 'a batch',
};

function RepeatChoice({ detail, repeat, onRepeat }: { readonly detail: ResultsDetail } & Pick<DetailProps, 'repeat' | 'onRepeat'>) {
  return (
    <div class="repeat-choice" role="group" aria-label="Repeat">
      {detail.repeats.map((number) => (
        <button
          key={number}
          type="button"
          class="filter"
          aria-pressed={(repeat === -1 ? detail.repeat : repeat) === number}
          onClick={() => onRepeat(number)}
        >
          #{number + 1}
        </button>
      ))}
    </div>
  );
}
