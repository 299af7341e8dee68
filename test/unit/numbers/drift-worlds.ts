/** Weeks of inputs with planted truth: topics with words of their own, users who ask about some of them, and days that differ. */
import type { DriftItem } from '../../../src/core/feedback/insights/drift/drift-item.ts';
import { userGroup } from '../../../src/core/feedback/insights/signals/signal-cell.ts';
import type { Random } from '../../../src/core/statistics/random.ts';
import { dayOf, normal } from './production-months.ts';

export interface DriftWorld {
  readonly days: number;
  readonly callsPerDay: number;
  readonly users: number;
  /** Part of a user's calls that are about their own topics. */
  readonly alike: number;
  /** Of the logarithm of how often a day has each topic. */
  readonly dayEffect: number;
  /** From this day on, a share of the inputs is about something new, and its answers are rejected. */
  readonly fresh?: { readonly from: number; readonly share: number };
}

const TOPICS = [
  'invoice payment card charge refund bank account billing statement amount',
  'parcel delivery courier tracking address late missing driver shipping shipment',
  'password login email reset code account locked signin security verification',
  'return exchange size shoes jacket label box unworn damaged replacement',
  'subscription cancel renewal plan upgrade downgrade monthly yearly trial contract',
  'app crash update phone android screen error install version button',
  'warranty repair broken battery charger service technician spare defect receipt',
  'hotel booking room checkin breakfast reservation dates guests cancellation nights',
  'recipe oven flour sugar minutes butter bake dough temperature pan',
  'job application interview salary position resume manager team hiring offer',
].map((words) => words.split(' '));
/** Ten words of a sale that nobody asked about before. */
const FRESH = 'voucher black friday discount coupon promo sale redeem basket checkout'.split(' ');
const COMMON = 'today yesterday still problem question order customer help number time tried again support website answer'.split(' ');
/** Words that hardly any input has: names of products and places. */
const RARE = 3000;

export function driftWorld(random: Random, { days, callsPerDay, users, alike, dayEffect, fresh }: DriftWorld): DriftItem[] {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)] as T;
  const people = Array.from({ length: users }, (_, user) => ({
    group: userGroup(`user ${user}`),
    topics: [pick(TOPICS), pick(TOPICS)],
    bent: random.next(),
    language: random.next() < 0.1 ? 'German' : 'English',
  }));
  return Array.from({ length: days }, (_, day) => {
    const weights = TOPICS.map(() => Math.exp(dayEffect * normal(random)));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    const ofDay = 0.02 * normal(random);
    const drawn = (): readonly string[] => {
      let at = random.next() * all;
      return TOPICS[weights.findIndex((weight) => (at -= weight) < 0)] ?? COMMON;
    };
    return Array.from({ length: callsPerDay }, (_call, call): DriftItem => {
      const person = pick(people);
      const isFresh = fresh !== undefined && day >= fresh.from && random.next() < fresh.share;
      const topic = isFresh ? FRESH : random.next() < alike ? pick(person.topics) : drawn();
      const length = 6 + Math.floor(random.next() * 8);
      const words = Array.from({ length }, () => {
        const kind = random.next();
        return kind < 0.5
          ? pick(topic)
          : kind < 0.85
            ? pick(COMMON)
            : `rare${Math.floor(RARE * random.next() ** 2)}x`.replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
      }).join(' ');
      const isDown = (random.next() < alike ? person.bent : random.next()) < 0.03;
      return {
        ...{ id: `${day}-${call}`, day: dayOf(day), group: person.group, prompt: 'answer', version: '1', model: 'm', attributes: {} },
        ...{ asked: words, words, inputLength: words.length, outputLength: Math.round(Math.exp(6 + 0.5 * normal(random))) },
        ...{ language: person.language, score: 0.7 + ofDay + 0.12 * normal(random) },
        ...{ signals: isDown || isFresh ? ['thumbs-down'] : [], isRejected: isDown || isFresh },
      };
    });
  }).flat();
}
