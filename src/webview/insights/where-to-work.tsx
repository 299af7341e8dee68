/** Where to work: why answers fail, and what they are about, each with the action that fits. Read when the page opens, not with each call that arrives. */
import { useEffect, useState } from 'preact/hooks';
import { clusterCauseText, standsOutText, trendText, whereToWork } from '../../core/feedback/insights/failures/failure-sentences.ts';
import type { FailureCluster } from '../../core/feedback/insights/failures/failures.ts';
import { count, quantity, usd } from '../../core/display/figures.ts';
import { INBOX, type InteractionFilter } from '../../core/feedback/interactions/interaction-filter.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import type { Channel } from '../../protocol/channel.ts';
import type { FailuresSnapshot, InsightsHost, InsightsPlace, InsightsWindow } from '../../protocol/insights.ts';
import { Icon } from '../controls/icon.tsx';
import { Table } from './table.tsx';

/** Topics that are listed. */
const MOST = 10;

interface WhereToWorkProps {
  readonly host: Channel<InsightsHost>;
  readonly window: InsightsWindow;
  readonly place: InsightsPlace;
  readonly onShow: (filter: InteractionFilter) => void;
}

export function WhereToWork({ host, window, place, onShow }: WhereToWorkProps) {
  const [found, setFound] = useState<FailuresSnapshot | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    setProblem(null);
    host.call('readFailures', { window, ...place }).then(
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
  }, [host, window, place.folder, place.source]);
  return (
    <section aria-labelledby="where-to-work">
      <h2 id="where-to-work">Where to work</h2>
      {problem !== null && <p class="notice">{problem}</p>}
      {found === null && problem === null && (
        <p class="quiet" role="status">
          Reading rejected answers…
        </p>
      )}
      {found !== null && (
        <Found
          {...found}
          onShow={onShow}
          onTicket={(topic) => void host.call('copyTicket', { topic })}
          onAdd={(ids) => void host.call('addCases', { ids })}
        />
      )}
    </section>
  );
}

interface Actions {
  readonly onShow: (filter: InteractionFilter) => void;
  readonly onTicket: (topic: string) => void;
  readonly onAdd: (ids: readonly string[]) => void;
}

function Found({ failures, notes, ...actions }: FailuresSnapshot & Actions) {
  const { clusters, unclustered } = failures;
  const left = clusters.length - MOST;
  return (
    <>
      <p>{visibleControls(whereToWork(failures))}</p>
      {notes.map((note) => (
        <p key={note} class="quiet">
          {visibleControls(note)}
        </p>
      ))}
      {clusters.length > 0 && (
        <Table
          caption="What rejected answers are about, the largest topic first"
          head={['Topic', 'Answers', 'Cause', 'Since', 'Stands out', 'Cost', 'Examples', 'What to do']}
          rows={clusters.slice(0, MOST).map((cluster) => rowOf(cluster, actions))}
        />
      )}
      {(left > 0 || unclustered > 0) && (
        <p class="quiet">
          {left > 0 && `${quantity(left, 'smaller topic')}. `}
          {unclustered > 0 && `${count(unclustered)} are near to no topic.`}
        </p>
      )}
    </>
  );
}

function rowOf(cluster: FailureCluster, { onShow, onTicket, onAdd }: Actions): (string | preact.VNode)[] {
  const { id, terms, size, since, costUsd, examples, action } = cluster;
  const trend = trendText(cluster);
  const { cases } = action;
  const make = `Make ${cases.length === 1 ? 'a Case' : `${count(cases.length)} Cases`}`;
  // Answers may differ from all others in no word.
  const name = terms.length === 0 ? 'No telling words' : visibleControls(terms.join(', '));
  return [
    name,
    count(size),
    clusterCauseText(cluster),
    trend === '' ? (
      since
    ) : (
      <span key="since">
        <span class="whole">{since};</span> {trend}
      </span>
    ),
    visibleControls(standsOutText(cluster)),
    costUsd === null ? 'unknown' : usd(costUsd),
    <ul key="examples" class="plain">
      {examples.map(({ id: example, asked }) => (
        <li key={example}>
          <button type="button" class="link" onClick={() => onShow({ ...INBOX, triage: 'all', text: example })}>
            {visibleControls(asked === '' ? example : asked)}
          </button>
        </li>
      ))}
    </ul>,
    <span key="action">
      {action.text}
      {cases.length > 0 && (
        <button
          type="button"
          class="secondary"
          aria-label={`${make}: ${terms.length === 0 ? name : visibleControls(terms.slice(0, 3).join(', '))}`}
          title="Golden cases of the answers that differ most, each not verified"
          onClick={() => onAdd(cases)}
        >
          <Icon name="add" /> {make}
        </button>
      )}
      {action.ticket !== null && (
        <button type="button" class="secondary" onClick={() => onTicket(id)}>
          <Icon name="copy" /> Copy Ticket
        </button>
      )}
    </span>,
  ];
}
