/** The playground: one prompt, tried with values that a person types, on one to four models side by side. */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { quantity } from '../../core/display/figures.ts';
import type { KeptTry, TryAction, TryInput } from '../../protocol/try.ts';
import { Icon } from '../controls/icon.tsx';
import { Picker } from '../controls/picker.tsx';
import { TwoTries } from './two-tries.tsx';
import { VariableFields } from './fields.tsx';
import { fillGroups, fillOf } from './fill.ts';
import { History } from './history.tsx';
import { Lane, type LaneNotice } from './lane.tsx';
import { withChangedLane, withLane } from './lanes.ts';
import { Problem } from './problem.tsx';
import { base64Of } from './read-file.ts';
import { inputText, RenderedMessages } from './rendered-messages.tsx';
import { TryToolbar } from './toolbar.tsx';
import { useTry } from './use-try.ts';

type View = { readonly kind: 'lanes' | 'history' } | { readonly kind: 'comparison'; readonly older: KeptTry; readonly newer: KeptTry };

function TryPageView() {
  const state = useTry();
  const { host, prompt, values, lanes, runs, groups, rendered, isRunning, fault, failed } = state;
  const [view, setView] = useState<View>({ kind: 'lanes' });
  /** The field that was typed in last. */
  const [edited, setEdited] = useState<string | null>(null);
  const [differences, setDifferences] = useState(false);
  const canSend = prompt !== null && prompt.problem === null && !isRunning && lanes.every(({ model }) => model !== '');
  /** The prompt that was sent: from then on the problems of empty fields are shown. */
  const [wasSent, setWasSent] = useState<string | null>(null);
  const send = (): void => {
    if (!canSend) return;
    setView({ kind: 'lanes' });
    setWasSent(prompt.name);
    state.send();
    revealOutput();
  };
  // What is on the page when the key is pressed is sent: an effect would hear of the newest values only after the next paint.
  const newest = useRef(send);
  newest.current = send;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      event.preventDefault();
      newest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  if (prompt === null) return <p class="empty">{state.fault?.message ?? 'Reading the prompt…'}</p>;

  const act = (action: TryAction): void => {
    if (action === 'choose-model') document.querySelector<HTMLElement>('.lane-head button')?.click();
    else void host.call('act', { action }).catch(failed);
  };
  const fill = (input: TryInput): void => state.setValues((known) => ({ ...known, ...input.values }));
  const problems = new Map((rendered?.problems ?? []).flatMap(({ field, message }) => (field === null ? [] : [[field, message] as const])));
  const first = lanes.map(({ id }) => runs[id]?.answer?.text).find((text) => text !== undefined && text !== '') ?? null;
  const answered = lanes.filter(({ id }) => (runs[id]?.answer?.text ?? '') !== '').length;
  const fills = fillGroups(prompt);
  return (
    <main class="try">
      <TryToolbar
        prompt={prompt}
        canSend={canSend}
        isRunning={isRunning}
        hasHistory={view.kind === 'history'}
        differences={answered < 2 ? null : differences}
        groups={groups}
        lanes={lanes}
        useCache={state.useCache}
        onSend={send}
        onStop={state.stop}
        onAdd={(model) => state.setLanes(withLane(lanes, model))}
        onHistory={() => setView({ kind: view.kind === 'history' ? 'lanes' : 'history' })}
        onDifferences={() => setDifferences(!differences)}
        onCache={() => state.setUseCache(!state.useCache)}
        onOpenPrompt={() => act('open-prompt')}
      />
      <span role="status" class="hidden-text">
        {spoken(isRunning, answered, lanes.length)}
      </span>
      <div class="try-body">
        <div class="try-input">
          {prompt.problem !== null && <Problem problem={prompt.problem} onAct={act} />}
          {fault !== null && <Problem problem={fault} onAct={act} />}
          <div class="try-part-head">
            <h2>Values</h2>
            {fills.length > 0 && (
              <Picker
                label="Fill from…"
                placeholder="Search cases and interactions"
                groups={fills}
                onChoose={(id) => void host.call('fill', fillOf(id)).then(fill, failed)}
              >
                Fill from… <Icon name="down" />
              </Picker>
            )}
          </div>
          <VariableFields
            fields={prompt.fields}
            values={values}
            problems={problems}
            isStrict={wasSent === prompt.name}
            onValue={(name, text) => {
              setEdited(name);
              state.setValues((known) => ({ ...known, [name]: text }));
            }}
            onPick={(field) => host.call('pickFile', { field })}
            onDrop={async (field, file) => host.call('dropFile', { field, name: file.name, base64: await base64Of(file) })}
          />
          <details class="section" open>
            <summary>
              <h2>Messages</h2> <span class="quiet">{rendered === null ? '' : inputText(rendered)}</span>
            </summary>
            <RenderedMessages rendered={rendered} edited={edited} />
          </details>
        </div>
        <div class="try-output">
          {view.kind === 'history' ? (
            <History
              host={host}
              onFault={failed}
              onClose={() => setView({ kind: 'lanes' })}
              onCompare={(older, newer) => setView({ kind: 'comparison', older, newer })}
              onOpen={(kept) => {
                state.show(kept);
                setView({ kind: 'lanes' });
              }}
            />
          ) : view.kind === 'comparison' ? (
            <TwoTries older={view.older} newer={view.newer} onClose={() => setView({ kind: 'history' })} />
          ) : (
            <div class={`lanes ${lanes.length > 1 ? 'several' : ''}`}>
              {lanes.map((lane, i) => {
                const run = runs[lane.id] ?? null;
                const own = run?.answer?.text ?? null;
                return (
                  <Lane
                    key={i}
                    lane={lane}
                    number={i + 1}
                    run={run}
                    groups={groups}
                    against={differences && answered > 1 && own !== null && first !== null && run !== firstRun(lanes, runs) ? first : null}
                    readOnly={prompt.problem !== null}
                    isBusy={isRunning}
                    actions={{
                      change: (change) => state.setLanes(withChangedLane(lanes, lane.id, change)),
                      remove: lanes.length === 1 ? null : () => state.setLanes(lanes.filter(({ id }) => id !== lane.id)),
                      converse: (turns) => state.converse(lane.id, turns),
                      setTurns: (turns) => state.setTurns(lane.id, turns),
                      answerTools: (results) => state.answerTools(lane.id, results),
                      keep: (expected) =>
                        host
                          .call('keep', { lane: lane.id, expected })
                          .then(
                            (kept) => (kept === null ? null : { isDone: true, text: `The case ${kept.case} is in ${kept.file}.` }),
                            refused,
                          ),
                      copyAs: (form) =>
                        host
                          .call('copyAs', { lane: lane.id, form })
                          .then(() => ({ isDone: true, text: 'Copied to the clipboard.' }), refused),
                      act: (action) => {
                        if (action === 'choose-model') document.querySelector<HTMLElement>(`[data-lane="${lane.id}"] button`)?.click();
                        else act(action);
                      },
                    }}
                  />
                );
              })}
            </div>
          )}
        </div>
      </div>
    </main>
  );
}

const firstRun = <T extends { readonly answer: { readonly text: string } | null }>(
  lanes: readonly { readonly id: string }[],
  runs: Readonly<Record<string, T>>,
): T | undefined => lanes.map(({ id }) => runs[id]).find((run) => (run?.answer?.text ?? '') !== '');

const refused = (error: unknown): LaneNotice => ({ isDone: false, text: error instanceof Error ? error.message : String(error) });

/** In a narrow page the answers stand below the form: they come into view when most of them is out of it. */
function revealOutput(): void {
  const output = document.querySelector('.try-output');
  if (output !== null && output.getBoundingClientRect().top > innerHeight * 0.6) output.scrollIntoView({ block: 'start' });
}

const spoken = (isRunning: boolean, answered: number, lanes: number): string =>
  isRunning ? `Sent to ${quantity(lanes, 'model')}` : answered === 0 ? '' : `${quantity(answered, 'answer')} complete`;

const root = document.getElementById('root');
if (root) render(<TryPageView />, root);
