/** Where to work, as a person reads it in the terminal. */
import type { FailureCluster, Failures } from '../../core/feedback/insights/failures/failures.ts';
import { clusterCauseText, standsOutText, trendText, whereToWork } from '../../core/feedback/insights/failures/failure-sentences.ts';
import { count, percent, quantity, usd } from '../../core/display/figures.ts';

/** Topics that are printed. */
const MOST = 10;

/** `by`: the dimension that was asked for, whose values are listed. */
export function failuresText(failures: Failures, by: string | null): string {
  const { calls, clusters, unclustered } = failures;
  if (calls === 0) return 'No interactions stored in .goldset/interactions/. See docs/feedback.md for how to record them.';
  const left = clusters.length - MOST;
  return [
    whereToWork(failures),
    ...clusters.slice(0, MOST).map((cluster) => clusterText(cluster, by)),
    ...(left > 0 ? [`${quantity(left, 'smaller topic')}: see --json.`] : []),
    ...(unclustered > 0 ? [`${count(unclustered)} are near to no topic.`] : []),
  ].join('\n\n');
}

function clusterText(cluster: FailureCluster, by: string | null): string {
  const { id, size, terms, since, costUsd, examples, action } = cluster;
  const facts = [`since ${since}`, trendText(cluster), standsOutText(cluster), costUsd === null ? '' : `${usd(costUsd)} spent on them`];
  return [
    `${count(size).padStart(6)}  ${terms.join(', ')}  [${id}]`,
    `        ${clusterCauseText(cluster)}; ${facts.filter((fact) => fact !== '').join('; ')}`,
    ...(by === null
      ? []
      : cluster.by.map(
          ({ name, value, n, share, ofCalls }) => `        ${name} ${value}: ${count(n)}, ${percent(share)} (${percent(ofCalls)} of calls)`,
        )),
    ...examples.map(({ id: example, asked }) => `        · ${asked}  (${example})`),
    `        → ${action.text}`,
  ].join('\n');
}
