/** The state of the playground: what the extension says of the prompt, what a person typed, and what the lanes received. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { openChannel, type Channel } from '../../protocol/channel.ts';
import type {
  KeptTry,
  RenderedTry,
  TryHost,
  TryInput,
  TryLane,
  TryModelGroup,
  TryPage,
  TryProblem,
  TryPrompt,
  TryTurn,
} from '../../protocol/try.ts';
import { pagePort } from '../host.ts';
import { keptLane, laneAfter, sentLane, withToolResults, type LaneEvent, type LaneRun } from './lane-run.ts';
import { withChangedLane } from './lanes.ts';
import { recall, remember } from './memory.ts';
import { useRendered, type Rendered } from './use-rendered.ts';

type Runs = Readonly<Record<string, LaneRun>>;
type Values = TryInput['values'];

export interface TryState extends Omit<Rendered, 'fault'> {
  readonly host: Channel<TryHost>;
  readonly prompt: TryPrompt | null;
  readonly values: Values;
  readonly setValues: (change: (known: Values) => Values) => void;
  readonly lanes: readonly TryLane[];
  readonly setLanes: (lanes: readonly TryLane[]) => void;
  readonly runs: Runs;
  readonly groups: readonly TryModelGroup[];
  readonly useCache: boolean;
  readonly setUseCache: (useCache: boolean) => void;
  /** What went wrong outside of a lane; null: nothing. */
  readonly fault: TryProblem | null;
  readonly failed: (error: unknown) => void;
  readonly isRunning: boolean;
  readonly send: () => void;
  readonly stop: () => void;
  /** Sends a conversation: the last turn is the new message of the user. */
  readonly converse: (lane: string, turns: readonly TryTurn[]) => void;
  readonly answerTools: (lane: string, results: readonly string[]) => void;
  /** Other turns stand before what a lane says next; nothing is sent. */
  readonly setTurns: (lane: string, turns: readonly TryTurn[]) => void;
  readonly show: (kept: KeptTry) => void;
}

/** ms after the last change until it is remembered. */
const WRITE_PAUSE = 200;

export function useTry(): TryState {
  const [prompt, setPrompt] = useState<TryPrompt | null>(null);
  const [revision, setRevision] = useState(0);
  const [values, setValuesState] = useState<Values>({});
  const [lanes, setLanesState] = useState<readonly TryLane[]>([]);
  const [runs, setRuns] = useState<Runs>({});
  const [groups, setGroups] = useState<readonly TryModelGroup[]>([]);
  const [useCache, setUseCache] = useState(true);
  const [fault, setFault] = useState<TryProblem | null>(null);
  const shown = useRef<TryPrompt | null>(null);
  const stream = useRef(new Map<string, { text: string; thinking: string; ttftMs: number | null }>());
  const frame = useRef<number | null>(null);

  const change = useCallback((lane: string, event: LaneEvent): void => {
    setRuns((known) => {
      const run = known[lane];
      return run === undefined ? known : { ...known, [lane]: laneAfter(run, event) };
    });
  }, []);
  /** What arrived since the last frame, at once: a fast model sends hundreds of pieces a second. */
  const flush = useCallback((): void => {
    if (frame.current !== null) cancelAnimationFrame(frame.current);
    frame.current = null;
    const arrived = [...stream.current];
    stream.current.clear();
    for (const [lane, event] of arrived) change(lane, { type: 'streamed', ...event });
  }, [change]);

  const take = useCallback((next: TryPrompt): void => {
    const before = shown.current;
    shown.current = next;
    setPrompt(next);
    setRevision((old) => old + 1);
    if (before?.name === next.name) {
      // A lane that followed the prompt's model follows it still.
      if (before.model !== next.model && next.model !== null)
        setLanesState((known) =>
          known.reduce(
            (lanes, { id, model }) => (model === (before.model ?? '') ? withChangedLane(lanes, id, { model: next.model ?? '' }) : lanes),
            known,
          ),
        );
      setValuesState((known) => ({ ...next.input.values, ...known }));
      return;
    }
    const memory = recall(next.name);
    stream.current.clear();
    setFault(null);
    setValuesState({ ...next.input.values, ...memory?.values });
    setLanesState(memory?.lanes ?? [{ id: 'lane-1', model: next.model ?? '', effort: null }]);
    // An answer that is still on its way makes the lane run again as soon as something of it arrives.
    setRuns(
      Object.fromEntries(
        Object.entries(memory?.runs ?? {}).map(([id, run]) => [id, { ...laneAfter(run, { type: 'ended' }), text: '', thinking: '' }]),
      ),
    );
    setUseCache(memory?.useCache ?? true);
  }, []);

  const host = useMemo(
    () =>
      openChannel<TryPage, TryHost>(pagePort, {
        changed: (next) => take(next),
        streamed: ({ lane, text, thinking, ttftMs }) => {
          const known = stream.current.get(lane);
          stream.current.set(lane, {
            text: (known?.text ?? '') + text,
            thinking: (known?.thinking ?? '') + thinking,
            ttftMs: known?.ttftMs ?? ttftMs,
          });
          frame.current ??= requestAnimationFrame(flush);
        },
        waiting: ({ lane, note }) => {
          flush();
          change(lane, { type: 'waiting', note });
        },
        answered: (answer) => {
          flush();
          change(answer.lane, { type: 'answered', answer });
        },
      }),
    [change, flush, take],
  );
  useEffect(() => {
    void host.call('ready', null).then(take, failed);
    void host.call('models', null).then(setGroups, failed);
    return () => host.close();
  }, [host]);
  useEffect(() => {
    if (prompt === null) return;
    const timer = setTimeout(() => remember(prompt.name, { values, lanes, runs, useCache }), WRITE_PAUSE);
    return () => clearTimeout(timer);
  }, [prompt?.name, values, lanes, runs, useCache]);
  /** Answers that an earlier window or page received: the extension learns of them, so that they can be continued, kept and copied. */
  useEffect(() => {
    for (const [id, { state, answer }] of Object.entries(runs)) {
      if (state !== 'answered' || answer === null || answer.id === '') continue;
      void host.call('openTry', { id: answer.id }).then(({ lane: { id: own } }) => {
        setLanesState((known) => known.map((lane) => (lane.id === id ? { ...lane, id: own } : lane)));
        setRuns((known) => Object.fromEntries(Object.entries(known).map(([name, run]) => [name === id ? own : name, run])));
      }, failed);
    }
  }, [prompt?.name]);
  /** Whose tokens and price are shown; empty: the prompt's own, which its file says how to find. */
  const first = lanes[0]?.model ?? '';
  const chosen = first === prompt?.model ? '' : first;
  const rendering = useRendered(host, prompt === null ? null : values, chosen, revision);

  function failed(error: unknown): void {
    setFault(problemOf(error instanceof Error ? error.message : String(error)));
  }
  /** Lanes that run while the work goes on. Where nothing was sent they are as they were before. */
  const start = (started: Runs, work: Promise<TryProblem | null>): void => {
    setFault(null);
    const before = runs;
    setRuns({ ...before, ...started });
    const undo = (): void =>
      setRuns((known) =>
        Object.fromEntries(
          Object.entries(known).flatMap(([id, run]) => {
            const old = before[id];
            const isUndone = id in started && run.state === 'running';
            return !isUndone ? [[id, run]] : old === undefined ? [] : [[id, old]];
          }),
        ),
      );
    void work.then(
      (problem) => {
        flush();
        if (problem === null) for (const id of Object.keys(started)) change(id, { type: 'ended' });
        else {
          setFault(problem);
          undo();
        }
      },
      (error: unknown) => {
        failed(error);
        undo();
      },
    );
  };
  return {
    host,
    prompt,
    values,
    setValues: setValuesState,
    lanes,
    setLanes: (next) => {
      setLanesState(next);
      setRuns((known) => Object.fromEntries(Object.entries(known).filter(([id]) => next.some((lane) => lane.id === id))));
    },
    runs,
    groups,
    useCache,
    setUseCache,
    ...rendering,
    fault: fault ?? (rendering.fault === null ? null : problemOf(rendering.fault)),
    failed,
    isRunning: Object.values(runs).some(({ state }) => state === 'running'),
    send: () => {
      stream.current.clear();
      const shown = turnsOf(rendering.rendered);
      const started = Object.fromEntries(lanes.map(({ id }) => [id, sentLane(shown)]));
      // What was typed a moment ago may not be in the messages that are shown.
      void host.call('render', { values, model: chosen === '' ? null : chosen }).then((sent) => {
        setRuns((known) =>
          Object.fromEntries(Object.entries(known).map(([id, run]) => [id, run.turns === shown ? { ...run, ...promptTurns(sent) } : run])),
        );
      }, failed);
      start(started, host.call('send', { values, lanes, useCache }));
    },
    stop: () =>
      void host
        .call('stop', null)
        .then(() => {
          flush();
          setRuns((known) => Object.fromEntries(Object.entries(known).map(([id, run]) => [id, laneAfter(run, { type: 'ended' })])));
        })
        .catch(failed),
    converse: (lane, turns) => {
      const last = turns.at(-1);
      if (last === undefined) return;
      start(
        { [lane]: sentLane(turns, runs[lane]?.ofPrompt) },
        host.call('followUp', { lane, history: turns.slice(0, -1), text: last.text }),
      );
    },
    answerTools: (lane, results) => {
      const run = runs[lane];
      if (run === undefined) return;
      const sent = Promise.all(results.map((result, call) => host.call('answerTool', { lane, call, result }))).then(
        (replies) => replies.find((problem) => problem !== null) ?? null,
      );
      start({ [lane]: withToolResults(run, results) }, sent);
    },
    setTurns: (lane, turns) => setRuns((known) => ({ ...known, [lane]: { ...sentLane(turns, known[lane]?.ofPrompt), state: 'open' } })),
    show: ({ lane, input, turns, answer }) => {
      setFault(null);
      setValuesState((known) => ({ ...known, ...input.values }));
      setLanesState([lane]);
      setRuns({ [lane.id]: keptLane(turns, answer) });
    },
  };
}

const problemOf = (message: string): TryProblem => ({ message, hint: null, action: null });

/** Messages as the turns of a conversation. */
const turnsOf = (rendered: RenderedTry | null): readonly TryTurn[] =>
  (rendered?.messages ?? []).map(({ role, pieces }) => ({ role: roleOf(role), text: pieces.map(({ text }) => text).join('') }));

function promptTurns(rendered: RenderedTry): Pick<LaneRun, 'turns' | 'ofPrompt'> {
  const turns = turnsOf(rendered);
  return { turns, ofPrompt: turns.length };
}

const roleOf = (role: string): TryTurn['role'] => (role === 'user' || role === 'assistant' || role === 'tool' ? role : 'system');
