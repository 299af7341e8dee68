/**
 * What the failures of the planted weeks are about, planted too: each question has a topic, misses of retrieval are of few of them, one tenant
 * has most of the largest, tools fail, and some readers reject good answers. The counts of the weeks stay what they are.
 */
import type { LabelCause } from '../../src/core/judge/labels/label-record.ts';
import type { Interaction } from '../../src/core/feedback/interactions/interaction.ts';
import { Random } from '../../src/core/statistics/random.ts';
import { plantedWeeks, type PlantedSignal, type PlantedTurn, type WeeksSize } from './planted-weeks.ts';

/** About 300 rejected answers in 2,400 calls. */
export const TOPICS_SIZE: WeeksSize = {
  ...{ calls: 2400, misses: 190, truncated: 10, refused: 12, wrong: 60, toolLoops: 240, retries: 12 },
  ...{ down: 230, up: 100, reports: 24, corrections: 30 },
};
/** Good answers that a reader rejected all the same, and answers after a tool that failed. */
const UNFAIR = 48;
const TOOL_FAILURES = 10;
export const HIT_TENANT = 'acme';
const TENANTS = [HIT_TENANT, 'borealis', 'cumulus', 'delta', 'everest', 'fjord', 'gaia', 'helios', 'indigo', 'juno'];

/** Ways to ask about each topic: what stands in brackets is one of the words, or nothing. */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  voucher: [
    'my voucher [code|number] is [rejected|not accepted] at the [checkout|basket]',
    'can I [combine|stack] a discount voucher with the [summer|student] promotion',
    'the gift voucher I [received|bought] has [expired|no balance left]',
    'where do I [enter|redeem] the voucher code [for my birthday|from the newsletter]',
    'is a discount code from the newsletter [valid|accepted] for a gift card',
  ],
  customs: [
    'do I pay customs duty [on a parcel|when I order] to [Norway|Switzerland]',
    'which [customs|import] form do you [fill|attach] for shipping abroad',
    'my parcel is [held|stuck] at customs, who pays the import tax',
    'shipping abroad to [Iceland|Turkey]: is import duty [included|extra]',
  ],
  warranty: [
    'the [hinge|handle] broke after [a month|two years], is that covered by the warranty',
    'how long is the warranty on [a lamp|this chair] and do I need the receipt',
    'you repaired it under warranty and it [cracked|broke] again',
    'does the warranty cover [scratches|water damage] on a [table|lamp]',
  ],
  refund: [
    'I sent the shoes back and the refund has not [arrived|been booked]',
    'refund to another [bank account|credit card] after a return',
    'how many days until my money is [refunded|back] after I returned a jacket',
    'the return label does not [print|open], how do I send the shoes back',
  ],
  account: [
    'I forgot my password and the reset mail [never|does not] come',
    'please [delete|close] my account and the stored address',
    'how do I change the [mail address|phone number] of my login',
    'two-factor login [fails|does not work] since I have a new phone',
  ],
  invoice: [
    'I need an invoice with the VAT number of my company',
    'the invoice shows the wrong [company name|billing address]',
    'can you split the invoice into [two|three] parts for accounting',
  ],
  size: [
    'is the jacket [true to size|small], I am between medium and large',
    'which size of trousers fits a waist of [eighty|ninety] centimetres',
    'do the shoes run [narrow|wide] compared with the size chart',
  ],
};
const NAMES = Object.keys(TOPICS);
const OPENERS = ['Hello, ', 'Hi there, ', '', 'Quick question: ', 'Good morning. ', 'Sorry to bother you again, '];
/** Sentences that anybody may add. */
const ASIDES = [
  ...[
    '',
    '',
    '',
    '',
    ' I ordered two lamps and a chair for the office.',
    ' My colleague told me to write to you.',
    ' The chat was closed on Sunday.',
  ],
  ...[
    ' I am leaving for a trip on Friday.',
    ' Your app shows a blank page on my phone.',
    ' The parcel was left with a neighbour last time.',
  ],
  ...[
    ' I like the new catalogue very much.',
    ' We buy shoes and jackets for the whole team.',
    ' It is a present for my mother.',
    ' I tried it three times.',
  ],
];
const ENDINGS = [
  '',
  ' Thanks!',
  ' Please answer soon.',
  ' It is order #.',
  ' I have been waiting since last week.',
  ' Order #, by the way.',
];

export interface FailureTruth {
  readonly topic: string;
  readonly tenant: string;
  /** What a reviewer who looks at it would say. */
  readonly cause: LabelCause | 'truncated';
}

export interface PlantedFailures {
  readonly calls: readonly Interaction[];
  readonly signals: readonly PlantedSignal[];
  /** Of every answer, by the id of its call. */
  readonly truth: ReadonlyMap<string, FailureTruth>;
}

export function plantedFailures(size = TOPICS_SIZE, seed = 28): PlantedFailures {
  const weeks = plantedWeeks(size, seed);
  const random = new Random(seed * 31 + 7);
  const signals = [...weeks.signals, ...unfair(weeks.turns, weeks.signals)];
  const withTool = new Set(weeks.calls.filter(({ id, messages }) => !id.endsWith('-tool') && messages.length > 2).map(({ id }) => id));
  const broken = new Set(
    weeks.turns
      .filter(({ id, cause, isRetried }) => withTool.has(id) && cause === null && !isRetried)
      .slice(0, TOOL_FAILURES)
      .map(({ id }) => id),
  );
  const said = new Map<string, { readonly truth: FailureTruth; readonly question: string }>();
  weeks.turns.forEach((turn, i) => {
    const before = weeks.turns[i - 1];
    // A question that is asked again is the same one.
    const same = before?.isRetried === true ? said.get(before.id) : undefined;
    const topic = same?.truth.topic ?? topicOf(turn, random);
    const tenant = same?.truth.tenant ?? tenantOf(turn, topic, random);
    const question = same?.question ?? questionOn(topic, i, random);
    const causes = { miss: 'retrieval', truncated: 'truncated', refused: 'refusal', wrong: 'content' } as const;
    const cause = broken.has(turn.id) ? 'tool' : turn.cause === null ? 'none' : causes[turn.cause];
    said.set(turn.id, { truth: { topic, tenant, cause }, question });
  });
  const truth = new Map([...said].map(([id, { truth: own }]) => [id, own]));
  const calls = weeks.calls.map((call): Interaction => {
    const id = call.id.replace(/-tool$/, '');
    const own = said.get(id);
    if (own === undefined) return call;
    const old = questionIn(call);
    const replaced = (text: string): string => text.replaceAll(old, own.question);
    return {
      ...call,
      variables: { ...call.variables, question: own.question },
      messages: call.messages.map((message) => {
        const { role, content } = message as { readonly role: string; readonly content: unknown };
        if (broken.has(id) && role === 'tool') return { ...(message as object), content: '{"error":"timeout after 3000 ms"}' };
        return typeof content === 'string' ? { ...(message as object), content: replaced(content) } : message;
      }),
      output: call.output === null ? null : replaced(call.output),
      attributes: { tenant: own.truth.tenant, locale: 'en' },
    };
  });
  return { calls, signals, truth };
}

const questionIn = ({ variables: { question } }: Interaction): string => (typeof question === 'string' ? question : '');

/** The last ones, so that none of the weeks' own signals is theirs. */
function unfair(turns: readonly PlantedTurn[], signals: readonly PlantedSignal[]): PlantedSignal[] {
  const said = new Set(signals.map(({ of }) => of.id));
  return turns
    .filter(({ id, cause, isRetried }) => cause === null && !isRetried && !said.has(id))
    .filter((_, i) => i % 13 === 0)
    .slice(0, UNFAIR)
    .map((of, i) => ({ of, name: 'thumb', value: 'down', by: `reader-${i + 30_000}` }));
}

function topicOf({ cause }: PlantedTurn, random: Random): string {
  const dice = random.next();
  if (cause === 'miss') return dice < 0.42 ? 'voucher' : dice < 0.7 ? 'customs' : dice < 0.9 ? 'warranty' : oneOf(NAMES, random);
  if (cause === 'wrong') return dice < 0.5 ? 'refund' : oneOf(NAMES, random);
  return oneOf(NAMES, random);
}

function tenantOf({ cause }: PlantedTurn, topic: string, random: Random): string {
  if (cause === 'miss' && topic === 'voucher' && random.next() < 0.6) return HIT_TENANT;
  return oneOf(TENANTS, random);
}

/** One or two ways to ask, with what people write around it. */
function questionOn(topic: string, order: number, random: Random): string {
  const ways = TOPICS[topic] ?? [];
  const first = oneOf(ways, random);
  const dice = random.next();
  // Some ask about something else too.
  const second = dice < 0.3 ? oneOf(ways, random) : dice < 0.36 ? oneOf(TOPICS[oneOf(NAMES, random)] ?? [], random) : null;
  const filled = [first, ...(second === null || second === first ? [] : [second])].map((way) =>
    way.replaceAll(/\[([^\]]*)\]/g, (_, words: string) => oneOf(words.split('|'), random)),
  );
  return `${oneOf(OPENERS, random)}${filled.join(', and ')}?${oneOf(ASIDES, random)}${oneOf(ENDINGS, random)}`.replaceAll(
    '#',
    String(order),
  );
}

const oneOf = (items: readonly string[], random: Random): string => items[Math.floor(random.next() * items.length)] ?? '';
