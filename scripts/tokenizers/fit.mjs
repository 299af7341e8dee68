/** Factors and bands by script, from counts of texts. */

/** @typedef {{ tokens: number, scripts: readonly number[], isPrompt: boolean }} Observation `tokens` of the vocabulary; of o200k_base by script. */
/** @typedef {{ rates: number[], spreads: number[] }} Rates */

/** No vocabulary has fewer tokens for a script than this share of o200k_base's, or more than this; a script that hardly occurs gets the mean. */
const LEAST = 0.3;
const MOST = 8;
/** Weight of the mean beside the texts, for rates and for spreads. */
const PRIOR = 0.1;
const SPREAD_PRIOR = 2;
/** Bands hold this share of texts that the rates were not fitted on, each of FOLDS parts in turn. */
const SHARE = 0.97;
const FOLDS = 8;
/** Of prompts, they hold the share with this factor to spare: a first check on texts that were held out held prompts less often than others. */
const WIDER = 1.25;

/** @param {readonly number[]} a @param {readonly number[]} b */
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** @param {readonly number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/**
 * Least squares within bounds, by coordinates: `rows` × x = `wanted`, with a weight on `prior`.
 * @param {readonly (readonly number[])[]} rows @param {readonly number[]} wanted
 * @param {{ prior: number, weight: number, least: number, most: number }} options
 */
function solve(rows, wanted, { prior, weight, least, most }) {
  const size = rows[0]?.length ?? 0;
  const x = Array.from({ length: size }, () => prior);
  const places = [...x.keys()];
  const squares = places.map((a) =>
    places.map((b) => rows.reduce((sum, row) => sum + (row[a] ?? 0) * (row[b] ?? 0), a === b ? weight : 0)),
  );
  const right = places.map((a) => rows.reduce((sum, row, i) => sum + (row[a] ?? 0) * (wanted[i] ?? 0), weight * prior));
  for (let round = 0; round < 5000; round++) {
    for (const a of places) {
      const own = squares[a]?.[a] ?? 1;
      const others = dot(squares[a] ?? [], x) - own * (x[a] ?? 0);
      x[a] = Math.min(most, Math.max(least, ((right[a] ?? 0) - others) / own));
    }
  }
  return x;
}

/** The share of each script in a text, as the rates count it. @param {readonly number[]} scripts @param {readonly number[]} rates */
function shares(scripts, rates) {
  const all = dot(scripts, rates);
  return scripts.map((count, i) => (count * (rates[i] ?? 0)) / all);
}

/** @param {Rates} rates @param {readonly number[]} scripts */
export const estimate = ({ rates, spreads }, scripts) => ({
  tokens: dot(scripts, rates),
  band: Math.sqrt(
    dot(
      shares(scripts, rates),
      spreads.map((spread) => spread ** 2),
    ),
  ),
});

/** @param {Rates} rates @param {Pick<Observation, 'tokens' | 'scripts'>} observation */
export function isHeld(rates, { tokens, scripts }) {
  const { tokens: estimated, band } = estimate(rates, scripts);
  return Math.abs(estimated - tokens) <= band * estimated;
}

/** @param {readonly Observation[]} observations */
function fitRates(observations) {
  const sum = observations.reduce((all, { tokens }) => all + tokens, 0);
  const base = observations.reduce((all, { scripts }) => all + scripts.reduce((a, b) => a + b, 0), 0);
  const relative = observations.map(({ tokens, scripts }) => scripts.map((count) => count / tokens));
  return solve(
    relative,
    observations.map(() => 1),
    { prior: sum / base, weight: PRIOR, least: LEAST, most: MOST },
  );
}

/** @param {readonly Observation[]} observations @returns {Rates} */
export function fit(observations) {
  const rates = fitRates(observations);
  const folds = Array.from({ length: FOLDS }, (_, fold) => fitRates(observations.filter((_one, i) => i % FOLDS !== fold)));
  const errors = observations.map(({ tokens, scripts }, i) => Math.abs(tokens / dot(scripts, folds[i % FOLDS] ?? rates) - 1));
  const mean = errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length;
  const variances = solve(
    observations.map(({ scripts }) => shares(scripts, rates)),
    errors.map((error) => error ** 2),
    { prior: mean, weight: SPREAD_PRIOR, least: mean / 4, most: Infinity },
  );
  const spreads = variances.map(Math.sqrt);
  const ratios = observations.map(({ scripts }, i) => (errors[i] ?? 0) / estimate({ rates, spreads }, scripts).band);
  // Prompts and messages differ more than articles of a declaration, so the share is that of either alone.
  const prompts = ratios.filter((_ratio, i) => observations[i]?.isPrompt === true);
  const scale = Math.max(quantile(ratios, SHARE), WIDER * quantile(prompts, SHARE));
  return { rates, spreads: spreads.map((spread) => spread * scale) };
}

/**
 * Of a vocabulary that is not published: between the least and the most that published ones count for each script, wide enough for SHARE of the
 * texts of each of them. `factor`: how many times their tokens it has. `centre`: the rate of each script; absent: the middle.
 * @param {readonly Rates[]} published @param {readonly Observation[]} observations @param {{ factor?: number, centre?: number }} options @returns {Rates}
 */
export function between(published, observations, { factor = 1, centre } = {}) {
  const bounds = (published[0]?.rates ?? []).map((_rate, i) => {
    const all = published.map(({ rates }) => rates[i] ?? 1);
    return { low: Math.min(...all), high: Math.max(...all) };
  });
  const rates = bounds.map(({ low, high }) => centre ?? (low + high) / 2);
  const spreads = bounds.map(({ low, high }, i) => {
    const at = rates[i] ?? 1;
    const own = quantile(
      published.map((row) => row.spreads[i] ?? 0),
      0.5,
    );
    return Math.hypot(Math.max(high - at, at - low) / at, own);
  });
  const ratios = observations.map(({ tokens, scripts }) => {
    const { tokens: estimated, band } = estimate({ rates, spreads }, scripts);
    return Math.abs(tokens / estimated - 1) / band;
  });
  const scale = Math.max(1, quantile(ratios, SHARE));
  return { rates: rates.map((rate) => rate * factor), spreads: spreads.map((spread) => spread * scale) };
}
