/** A month of work in the planning office, the same at each run: documents, who reads them, and what they do with the answers. */

export const CALLS = 2000;
export const START = Date.UTC(2026, 8, 28);
/** The day, counted from the first, on which the prompt's new version goes out. */
export const NEW_VERSION = 23;

const DAY = 86_400_000;
/** Documents of a day: what one costs triples with the new version, and there are a third as many, so that the total says nothing. */
const DOCUMENTS = { before: 27, after: 9 };
const READERS = ['file office', 'fire protection', 'surveyor', 'energy desk', 'monuments', 'roads', 'front desk', 'archive'];

const PAGES = [
  'We ask for a permit to raise the attic of {place} by {n} cm and to add two dormers to the street.',
  'We apply for a carport on {place}; it is {n} cm from the boundary.',
  'As the neighbour to the north of {place} I do not agree that the garage comes to within {n} cm of my fence.',
  'The escape route of {place} is {n} cm longer than allowed. We ask for a second staircase.',
  'The proof of the parking spaces of {place} is missing. Please hand it in until the {n}th working day.',
  'Site meeting at {place}. Present: office, owner, surveyor. The wall stands {n} cm over the setback line.',
  'Heat demand of {place}: {n} kWh per square metre and year; allowed: 145.',
  'The permit for the terrace of {place} is granted; it is {n} cm deep.',
];
const RARE = ['For {place} a medical certificate is attached, page {n}.', 'A list of all parcels around {place}, sheet {n}.'];
const STREETS = ['Lindenweg', 'Gartenstrasse', 'Am Anger', 'Mühlgasse', 'Kirchplatz', 'Hohe Strasse', 'Uferweg', 'Bahnhofstrasse'];
/** What stands on every page of a file and says little. */
const ROUTINE = [
  'The papers were handed in twice and are complete as far as the front desk could see.',
  'Drawings are to a scale of 1:100 and carry the name of the surveyor.',
  'The land is in the area of the local plan 17b, which was changed in the meantime.',
  'Copies went to the roads department and to the water board.',
  'This file was paged anew after the move into the other building.',
  'How long it takes was explained on the telephone and written down.',
  'Nothing here is about the cellar, which stays as it was.',
  'Two trees near the street are protected and keep their distance of four metres.',
  'Rainwater seeps into a hollow behind the shed, says the second enclosure.',
  'Colours of plaster and tiles follow the statute on the old town.',
  'An earlier proposal from spring was taken back before anybody had looked at it.',
  'Measures in brackets come from an older survey and are only there to compare.',
  'Access for waste bins leads along the western side.',
  'Bicycles stand under a roof of their own, eleven of them.',
  'Windows towards the railway have glass of sound class four.',
  'Whoever signs for the community of heirs has shown a power of attorney.',
  'Materials were chosen so that nothing has to be painted for twenty years.',
  'Electricity comes from panels on the southern slope, batteries follow later.',
  'During construction the pavement is narrowed but never closed.',
  'Groundwater stood 3.20 m below the terrain in a wet February.',
  'Bats were looked for in the rafters; none were found.',
  'Fees are paid in advance and settled with the final bill.',
  'Annexes A to F are stapled behind this sheet in their order.',
  'Corrections in red are those of the examining engineer.',
];

/** Each document with its reader, when it was read, and what the reader did with the answer for each page. */
export function* traffic() {
  const random = numbers(7);
  /** @param {readonly string[]} list */
  const oneOf = (list) => list[Math.floor(random() * list.length)] ?? '';
  let left = CALLS;
  for (let day = 0; left > 0; day++) {
    const isNew = day >= NEW_VERSION;
    let at = START + day * DAY + 7.5 * 3_600_000;
    for (let i = 0; i < (isNew ? DOCUMENTS.after : DOCUMENTS.before) && left > 0; i++) {
      const pages = Array.from({ length: Math.min(left, 2 + Math.floor(random() * 3)) }, () => page(random, oneOf));
      // Somebody who is not content asks once more.
      if (random() < 0.05 && pages.length < left) pages.push(pages[pages.length - 1] ?? '');
      left -= pages.length;
      const document = { id: `file-${day}-${i}`, pages };
      const said = pages.map(() => feedback(random));
      yield { at, step: 20_000 + Math.floor(random() * 20_000), isNew, reader: oneOf(READERS), document, said };
      at += pages.length * 40_000 + Math.floor(random() * 60_000);
    }
  }
}

/**
 * @param {() => number} random
 * @param {(list: readonly string[]) => string} oneOf
 */
function page(random, oneOf) {
  const text = (random() < 0.03 ? oneOf(RARE) : oneOf(PAGES))
    .replace('{place}', `${oneOf(STREETS)} ${1 + Math.floor(random() * 90)}`)
    .replace('{n}', String(10 + Math.floor(random() * 90)));
  const routine = Array.from({ length: 20 + Math.floor(random() * 8) }, () => oneOf(ROUTINE));
  return `${text}\n${routine.join(' ')}`;
}

/**
 * Names and values of signals.
 * @param {() => number} random
 * @returns {[name: string, value: string | boolean][]}
 */
function feedback(random) {
  /** @type {[name: string, value: string | boolean][]} */
  const said = [];
  if (random() < 0.25) said.push(['copied', true]);
  const thumb = random();
  if (thumb < 0.05) said.push(['thumb', 'down']);
  else if (thumb < 0.15) said.push(['thumb', 'up']);
  if (random() < 0.08) said.push(['kept', '{"kind":"other","about":"What the person made of it."}']);
  if (random() < 0.01) said.push(['correction', '{"kind":"application"}']);
  return said;
}

/**
 * Numbers from 0 to 1 that only depend on the seed (mulberry32).
 * @param {number} seed
 */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
