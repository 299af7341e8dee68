/** What got more expensive, in one plain sentence; the figures behind it are one step away (`alertSentence`). */
import { causesSentence, times } from './insight-sentences.ts';
import type { Factor } from './units/cost-causes.ts';
import type { UnitAlert } from './units/unit-alerts.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A factor below this share of the rise, as logarithms, is not the reason. */
const MOST_OF_IT = 0.5;

/** `A document costs 2.9× as much as before 21 Oct: the provider's cache hits less often`. Without a main reason it names none. */
export function plainAlert(action: string, alert: Pick<UnitAlert, 'at' | 'rose' | 'ratio' | 'causes'>): string {
  const { at, rose, ratio, causes } = alert;
  const who = rose === 'typical' ? `A typical ${action}` : withArticle(action);
  const mean = rose === 'mean' ? ' on average' : '';
  const [main] = causes;
  const isMain = main !== undefined && main.ratio > 1 && Math.log(main.ratio) > MOST_OF_IT * Math.log(ratio);
  const why = isMain ? `: ${reasonOf(main.factor, main.ratio)}` : causesSentence(alert) === '' ? '' : ', for several reasons';
  return `${who} costs ${times(ratio)} as much${mean} as before ${dayText(at)}${why}`;
}

/** A cache that is lost multiplies the cost of the input by up to ten; one that hits half as often, by less than two. */
const LOST_CACHE = 2;

function reasonOf(factor: Factor, ratio: number): string {
  if (factor === 'cache share') return `the provider’s cache ${ratio >= LOST_CACHE ? 'no longer hits' : 'hits less often'}`;
  return REASONS[factor];
}

const REASONS: Readonly<Record<Exclude<Factor, 'cache share'>, string>> = {
  'calls per action': 'each one makes more calls',
  'thinking per call': 'the model thinks more in each call',
  'tokens per call': 'each call has more tokens',
  'model mix': 'other models answer than before',
  price: 'each token costs more',
};

/** Names of applications are any text: only a plain word gets an article. */
const withArticle = (action: string): string =>
  /^[a-z]/i.test(action) ? `${/^[aeiou]/i.test(action) ? 'An' : 'A'} ${action}` : `One ${action}`;

/** `21 Oct`, in UTC as all days of insights are. */
const dayText = (at: string): string => `${Number(at.slice(8, 10))} ${MONTHS[Number(at.slice(5, 7)) - 1] ?? ''}`;
