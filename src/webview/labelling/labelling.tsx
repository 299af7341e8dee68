/**
 * One output at a time, to be graded without knowing what a judge said and which candidate it is of: the extension does not send either. By
 * keyboard alone. A grade is kept when the person goes on.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count, quantity } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { LabelTask, LabellingMethods } from '../../protocol/labelling.ts';
import type { Channel } from '../../protocol/channel.ts';
import { Icon } from '../controls/icon.tsx';
import { Section } from '../controls/section.tsx';
import { Output } from '../output/output.tsx';
import { LabelForm, NO_DRAFT, type LabelDraft } from './label-form.tsx';

/** What differs between the pages that label. */
export interface LabellingWords {
  readonly title: string;
  /** What Escape does. */
  readonly leave: string;
  /** There is no output, and all were shown. */
  readonly empty: string;
  readonly done: string;
}

const BLIND: LabellingWords = {
  title: 'Label blind',
  leave: 'Show results',
  empty: 'There is no output to label yet. Outputs appear here when a run has answers.',
  done: 'These were all outputs. Calibrate the judge (“Goldset: Calibrate Judge”), or show the results.',
};

interface LabellingProps {
  readonly host: Pick<Channel<LabellingMethods>, 'call'>;
  /** Another one when other outputs are shown. */
  readonly stamp: string;
  readonly onLeave: () => void;
  readonly words?: LabellingWords;
}

export function Labelling({ host, stamp, onLeave, words = BLIND }: LabellingProps) {
  const [total, setTotal] = useState<number | null>(null);
  /** Counts the queues: the same place of another one is another task, also where it is as long. */
  const [queue, setQueue] = useState(0);
  const [at, setAt] = useState(0);
  const [task, setTask] = useState<LabelTask | null>(null);
  const [criterion, setCriterion] = useState(0);
  const [draft, setDraft] = useState<LabelDraft>(NO_DRAFT);
  const [showsKeys, setShowsKeys] = useState(false);
  const region = useRef<HTMLElement>(null);

  useEffect(() => {
    let isWanted = true;
    void host.call('startLabelling', {}).then((size) => {
      if (!isWanted) return;
      setTotal(size);
      setQueue((old) => old + 1);
      setAt(0);
      setCriterion(0);
      setDraft(NO_DRAFT);
    });
    return () => {
      isWanted = false;
    };
  }, [host, stamp]);
  useEffect(() => {
    let isWanted = true;
    if (total !== null && at < total)
      void host.call('labelTask', { at }).then((found) => {
        if (!isWanted) return;
        setTask(found);
        region.current?.focus();
      });
    return () => {
      isWanted = false;
    };
  }, [host, queue, total, at, criterion]);

  const step = (by: 1 | -1): void => {
    const next = criterion + by;
    setDraft(NO_DRAFT);
    if (task !== null && next >= 0 && next < task.criteria.length) return setCriterion(next);
    setCriterion(0);
    setAt(Math.max(0, at + by));
  };
  /** Without a grade the output is passed over. */
  const keep = async (): Promise<boolean> => {
    const { grade, cause, failureMode, critique } = draft;
    if (task === null || grade === null) return true;
    return host.call('giveLabel', { at: task.at, criterion, grade, cause, failureMode, critique });
  };
  const go = (then: () => void): void => void keep().then((isKept) => isKept && then());
  const onKey = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const isText = target.matches('input, textarea, select');
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) go(() => step(1));
    else if (event.key === 'Escape' && isText) region.current?.focus();
    else if (isText || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === 'Escape') go(onLeave);
    else if (event.key === 'ArrowRight') go(() => step(1));
    else if (event.key === 'ArrowLeft') go(() => step(-1));
    else if (event.key === 'p' || event.key === 'f' || event.key === 'u')
      setDraft({ ...draft, grade: ({ p: 'pass', f: 'fail', u: 'unknown' } as const)[event.key] });
    else if (/^[1-9]$/.test(event.key)) {
      const mode = task?.modes[Number(event.key) - 1]?.mode;
      if (mode !== undefined) setDraft({ ...draft, grade: draft.grade ?? 'fail', failureMode: draft.failureMode === mode ? null : mode });
    } else if (event.key === 'm') document.getElementById('failure-mode')?.focus();
    else if (event.key === 'w') document.getElementById('critique')?.focus();
    else if (event.key === '?') setShowsKeys(!showsKeys);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const isDone = total !== null && at >= total;
  // The field that had the focus is gone, and Escape is to be heard as soon as the page says so.
  useLayoutEffect(() => {
    if (isDone) region.current?.focus();
  }, [isDone]);
  const by = task?.criteria[criterion] ?? null;
  return (
    <main class="labelling" ref={region} tabIndex={-1} onKeyDown={onKey} aria-label={words.title}>
      <header class="labelling-head">
        <h1>{words.title}</h1>
        <span role="status">{statusText(total, at, isDone ? null : task)}</span>
        <button type="button" class="quiet-button" aria-expanded={showsKeys} onClick={() => setShowsKeys(!showsKeys)}>
          <Icon name="question" /> Keys (?)
        </button>
        <button type="button" class="secondary" onClick={() => go(onLeave)}>
          <Icon name="close" /> {words.leave} (Escape)
        </button>
      </header>
      {showsKeys && <Keys leave={words.leave} />}
      {isDone && <p>{total === 0 ? words.empty : words.done}</p>}
      {!isDone && total !== null && task === null && (
        <p class="quiet">This output is no longer in its journal. Press → for the next one.</p>
      )}
      {!isDone && task !== null && (
        <div class="labelling-body">
          <div class="labelling-texts">
            <h2 class="hidden-text">What to grade</h2>
            {task.isSeen && (
              <p class="notice">
                This page has shown the verdict of this output before, so your label is kept but does not count as evidence.
              </p>
            )}
            <Section title="What was asked">
              <pre>{visibleControls(task.input)}</pre>
            </Section>
            {task.context !== '' && (
              <Section title="Context">
                <pre>{visibleControls(task.context)}</pre>
              </Section>
            )}
            <Section title="Output to grade">
              <Output output={task.output} format={task.format} place="pane" />
              {task.cut > 0 && <p class="quiet">… {quantity(task.cut, 'more character')}, which cannot be shown here.</p>}
            </Section>
          </div>
          <LabelForm
            key={`${at} ${criterion}`}
            criterion={by?.text ?? null}
            place={task.criteria.length > 1 ? `${criterion + 1} of ${task.criteria.length}` : ''}
            before={by?.grade ?? null}
            modes={task.modes}
            draft={draft}
            onDraft={setDraft}
            onNext={() => go(() => step(1))}
            onBack={at + criterion === 0 ? null : () => go(() => step(-1))}
          />
        </div>
      )}
    </main>
  );
}

function statusText(total: number | null, at: number, task: LabelTask | null): string {
  if (total === null) return 'Loading…';
  return `${at < total ? `Output ${count(at + 1)} of ${count(total)}` : quantity(total, 'output')}${task === null ? '' : `, ${count(task.labelled)} labelled by you`}`;
}

const KEYS = [
  ['p, f, u', 'pass, fail, can’t tell'],
  ['1 to 9', 'a failure mode that was named before'],
  ['m', 'write a failure mode'],
  ['w', 'write why'],
  ['Ctrl+Enter, →', 'keep the grade and show the next output; without a grade skip it'],
  ['←', 'go back'],
] as const;

const Keys = ({ leave }: Pick<LabellingWords, 'leave'>) => (
  <dl class="keys" aria-label="Keys">
    {[...KEYS, ['Escape', `leave a field; then: ${leave.toLowerCase()}`] as const].map(([key, what]) => (
      <div key={key}>
        <dt>
          <kbd>{key}</kbd>
        </dt>
        <dd>{what}</dd>
      </div>
    ))}
  </dl>
);
