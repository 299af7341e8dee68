/** What caches could save: the application's own, and the provider's. */
import { count, percent, usd } from '../../core/figures.ts';
import type { CacheInsight, PrefixCaching, ResponseCaching } from '../../core/feedback/insights/caches/cache-insight.ts';
import { lifetimeText, missesText, RISK_TEXTS } from '../../core/feedback/insights/insight-sentences.ts';
import { RISKS } from '../../core/feedback/insights/caches/response-replay.ts';
import { visibleControls } from '../../core/visible-controls.ts';
import { Icon } from '../controls/icon.tsx';
import { Table } from './table.tsx';

const MOST = 20;

export const Caches = ({ responses, prefixes }: CacheInsight) => (
  <>
    <section aria-labelledby="response-cache">
      <h2 id="response-cache">What a response cache would save</h2>
      <p class="quiet">
        The log is replayed: calls that would have been answered again, with the money and time beyond what the provider’s cache already
        saves.
      </p>
      {responses.slice(0, MOST).map((response) => (
        <Response key={response.prompt} {...response} />
      ))}
    </section>
    <section aria-labelledby="prompt-cache">
      <h2 id="prompt-cache">What the provider’s cache gave</h2>
      <p class="quiet">
        Of the tokens of the input: what providers reported, and what the call before would have let a call read by the provider’s rule
        (estimated from characters).
      </p>
      {prefixes.length === 0 ? (
        <p class="quiet">No call says its prompt, its messages and its tokens.</p>
      ) : (
        <Table
          caption="The provider’s cache by version and model"
          head={['Version', 'Model', 'Calls', 'Given', 'Could be expected', 'Lost', 'Misses']}
          rows={prefixes.slice(0, MOST).map(prefixRow)}
        />
      )}
    </section>
  </>
);

function Response({ prompt, n, unusable, potential, risks }: ResponseCaching) {
  const found = RISKS.filter((risk) => risks[risk] > 0).map((risk) => `${count(risks[risk])} ${RISK_TEXTS[risk]}`);
  const name = visibleControls(prompt);
  if (n === unusable)
    return (
      <p>
        <bdi>{name}</bdi>: of {count(n)} calls no request and answer were captured, so nothing can be said.
      </p>
    );
  return (
    <>
      <Table
        caption={`${name}, of ${count(n - unusable)} calls that could be kept`}
        head={['Same request', 'Kept for', 'Answered again', 'Money saved', 'Time saved']}
        rows={potential.map(({ key, lifetimeSeconds, hits, rate, savedUsd, savedSeconds }) => [
          key === 'exact' ? 'exactly' : 'but for white space',
          lifetimeText(lifetimeSeconds),
          `${percent(rate)} (${count(hits)})`,
          usd(savedUsd),
          savedSeconds === null ? 'unknown' : `${count(savedSeconds)} s`,
        ])}
      />
      {found.length > 0 && (
        <p class="notice">
          <Icon name="error" /> Of the exact hits, {found.join(', ')}: an answer that is given again could be wrong there.
        </p>
      )}
    </>
  );
}

function prefixRow(prefix: PrefixCaching): string[] {
  const { version, model, n, input, predicted, reported, lostUsd } = prefix;
  const share = (tokens: number): string => percent(input === 0 ? null : tokens / input);
  return [visibleControls(version), visibleControls(model), count(n), share(reported), share(predicted), usd(lostUsd), missesText(prefix)];
}
