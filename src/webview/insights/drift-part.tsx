/** Drift: how inputs, outputs, retrieval and signals differ from before, each with what to do. Read when the page opens, not with each call that arrives. */
import { useEffect, useState } from 'preact/hooks';
import type { Drift, DriftInputs } from '../../core/feedback/insights/drift/drift.ts';
import { addText, driftAdvice, driftHeadline, driftSentence, unlikeText } from '../../core/feedback/insights/drift/drift-sentences.ts';
import { standsOutText } from '../../core/feedback/insights/failures/failure-sentences.ts';
import { INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { count } from '../../core/display/figures.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { Channel } from '../../protocol/channel.ts';
import type { DriftSnapshot, InsightsHost, InsightsPlace, InsightsWindow } from '../../protocol/insights.ts';
import { Icon } from '../controls/icon.tsx';

interface DriftPartProps {
  readonly host: Channel<InsightsHost>;
  readonly window: InsightsWindow;
  readonly place: InsightsPlace;
  readonly onShow: (filter: InteractionFilter) => void;
}

export function DriftPart({ host, window, place, onShow }: DriftPartProps) {
  const [found, setFound] = useState<DriftSnapshot | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isGolden, setGolden] = useState(false);
  useEffect(() => {
    let isWanted = true;
    setProblem(null);
    setFound(null);
    host.call('readDrift', { window, isGolden, ...place }).then(
      (snapshot) => {
        if (isWanted) setFound(snapshot);
      },
      (error: unknown) => {
        if (isWanted) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [host, window, place.folder, place.source, isGolden]);
  return (
    <section aria-labelledby="drift">
      <h2 id="drift">Drift</h2>
      <label>
        Compared with{' '}
        <select value={isGolden ? 'golden' : 'weeks'} onChange={({ currentTarget }) => setGolden(currentTarget.value === 'golden')}>
          <option value="weeks">The weeks before</option>
          <option value="golden">The golden sets</option>
        </select>
      </label>
      {problem !== null && <p class="notice">{problem}</p>}
      {found === null && problem === null && (
        <p class="quiet" role="status">
          Comparing calls…
        </p>
      )}
      {found !== null && <Found {...found} onShow={onShow} onAdd={(ids) => void host.call('addCases', { ids })} />}
    </section>
  );
}

interface FoundProps extends DriftSnapshot {
  readonly onShow: (filter: InteractionFilter) => void;
  readonly onAdd: (ids: readonly string[]) => void;
}

function Found({ drift, notes, onShow, onAdd }: FoundProps) {
  const far = unlikeText(drift);
  const inputs = drift.unlike?.inputs ?? null;
  return (
    <>
      <p>{visibleControls(driftHeadline(drift))}</p>
      {notes.map((note) => (
        <p key={note} class="quiet">
          {visibleControls(note)}
        </p>
      ))}
      {drift.changes.map((change) => (
        <div key={`${change.kind} ${change.name} ${change.direction}`} class="alert">
          <p>
            <Icon name="error" /> {visibleControls(driftSentence(change))}.
          </p>
          <Inputs inputs={change.inputs} advice={driftAdvice(change)} onShow={onShow} onAdd={onAdd} drift={drift} />
        </div>
      ))}
      {far !== '' && (
        <>
          <p>{visibleControls(far)}</p>
          <Inputs inputs={inputs} advice={inputs === null ? '' : addText(inputs)} onShow={onShow} onAdd={onAdd} drift={drift} />
        </>
      )}
    </>
  );
}

interface InputsProps extends Pick<FoundProps, 'onShow' | 'onAdd'> {
  readonly inputs: DriftInputs | null;
  readonly advice: string;
  readonly drift: Drift;
}

/** Where they are, three of them, and what to do. */
function Inputs({ inputs, advice, drift, onShow, onAdd }: InputsProps) {
  if (inputs === null || inputs.cases.length === 0) return <p class="next">{visibleControls(advice)}</p>;
  const { terms, since, cases, examples } = inputs;
  const where = standsOutText(inputs);
  const about = terms.slice(0, 3).join(', ');
  const named = visibleControls(about);
  const add = `Add ${cases.length === 1 ? 'It' : `${count(cases.length)} of Them`}`;
  return (
    <div class="next">
      <p>
        Since {since}
        {where === '' ? '' : `; ${visibleControls(where)}`}. {visibleControls(advice)}
      </p>
      <ul class="plain" aria-label={`Examples of ${named}`}>
        {examples.map(({ id, asked }) => (
          <li key={id}>
            <button type="button" class="link" onClick={() => onShow({ ...INBOX, triage: 'all', text: id })}>
              {visibleControls(asked === '' ? id : asked)}
            </button>
          </li>
        ))}
      </ul>
      <p>
        <button
          type="button"
          class="secondary"
          aria-label={`${add} as golden ${cases.length === 1 ? 'case' : 'cases'}: ${named}`}
          onClick={() => onAdd(cases)}
        >
          <Icon name="add" /> {add}
        </button>{' '}
        <button
          type="button"
          class="secondary"
          aria-label={`Show Interactions: ${named}`}
          onClick={() => onShow({ ...INBOX, triage: 'all', ids: cases, from: drift.window?.from ?? null })}
        >
          Show Interactions
        </button>
      </p>
    </div>
  );
}
