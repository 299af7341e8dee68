/** What caches could save: the application's own, and the provider's. */
import { count, percent, quantity, usd } from '../../core/display/figures.ts';
import type { CacheInsight, PrefixCaching, ResponseCaching } from '../../core/feedback/insights/caches/cache-insight.ts';
import { distinctPotential, type DistinctPotential } from '../../core/feedback/insights/caches/distinct-potential.ts';
import { missesText, RISK_TEXTS } from '../../core/feedback/insights/insight-sentences.ts';
import { RISKS } from '../../core/feedback/insights/caches/response-replay.ts';
import { visibleControls } from '../../core/display/visible-controls.ts';
import { Icon } from '../controls/icon.tsx';
import { Table } from './table.tsx';

const MOST = 20;

export const Caches = ({ responses, prefixes }: CacheInsight) => (
  <>
    <section aria-labelledby="response-cache">
      <h2 id="response-cache">What a response cache would save</h2>
      <p class="quiet">
        From a replay of the log: calls that a cache would have answered, and the money and time saved beyond what the provider’s cache
        already saves.
      </p>
      {responses.slice(0, MOST).map((response) => (
        <Response key={response.prompt} {...response} />
      ))}
      <More all={responses.length} of="prompt" />
    </section>
    <section aria-labelledby="prompt-cache">
      <h2 id="prompt-cache">What the provider’s cache saved</h2>
      <p class="quiet">
        Share of input tokens read from the cache: as reported by providers, and as expected from the previous call under the provider’s
        caching rule (estimated from characters).
      </p>
      {prefixes.length === 0 ? (
        <p class="quiet">No call records its prompt, its messages and its tokens.</p>
      ) : (
        <Table
          caption="The provider’s cache by version and model"
          head={['Version', 'Model', 'Calls', 'Reported', 'Expected', 'Lost', 'Misses']}
          rows={prefixes.slice(0, MOST).map(prefixRow)}
        />
      )}
      <More all={prefixes.length} of="row" />
    </section>
  </>
);

const More = ({ all, of }: { readonly all: number; readonly of: string }) =>
  all > MOST ? (
    <p class="quiet">
      {count(MOST)} of {quantity(all, of)} shown. Copy as JSON includes all of them.
    </p>
  ) : null;

function Response({ prompt, n, unusable, potential, risks }: ResponseCaching) {
  const found = RISKS.filter((risk) => risks[risk] > 0).map((risk) => `${count(risks[risk])} ${RISK_TEXTS[risk]}`);
  const name = visibleControls(prompt);
  const of = `${name}, of ${quantity(n - unusable, 'call')} with a cacheable answer`;
  const rows = distinctPotential(potential);
  const [only, ...more] = rows;
  if (n === unusable)
    return (
      <p>
        <bdi>{name}</bdi>: {quantity(n, 'call')} without a captured request and answer, so response caching can’t be evaluated.
      </p>
    );
  return (
    <>
      {only === undefined || more.length > 0 ? (
        <Table caption={of} head={['Same request', 'Lifetime', 'Hits', 'Money saved', 'Time saved']} rows={rows.map(potentialRow)} />
      ) : (
        <p>
          <bdi>{of}</bdi>: {count(only.hits)} ({percent(only.rate)}) would be answered from the cache, however long it keeps them (
          {only.lifetimes}), which saves {usd(only.savedUsd)} and {secondsText(only.savedSeconds)}.
        </p>
      )}
      {found.length > 0 && (
        <p class="notice">
          <Icon name="error" /> Of the exact hits, {found.join(', ')}: a cached answer could be wrong there.
        </p>
      )}
    </>
  );
}

const potentialRow = ({ keys, lifetimes, hits, rate, savedUsd, savedSeconds }: DistinctPotential): string[] => [
  keys,
  lifetimes,
  `${percent(rate)} (${count(hits)})`,
  usd(savedUsd),
  secondsText(savedSeconds),
];

const secondsText = (seconds: number | null): string => (seconds === null ? 'an unknown time' : `${count(seconds)} s`);

function prefixRow(prefix: PrefixCaching): string[] {
  const { version, model, n, input, predicted, reported, lostUsd } = prefix;
  const share = (tokens: number): string => percent(input === 0 ? null : tokens / input);
  return [visibleControls(version), visibleControls(model), count(n), share(reported), share(predicted), usd(lostUsd), missesText(prefix)];
}
