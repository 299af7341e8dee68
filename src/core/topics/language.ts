/** Which language a text seems to be in: by its script, and in Latin and Cyrillic script by words that stand in nearly every text. A guess, for shares. */

const SCRIPTS = [
  ['Chinese', /\p{sc=Han}/gu],
  ['Japanese', /[\p{sc=Hiragana}\p{sc=Katakana}]/gu],
  ['Korean', /\p{sc=Hangul}/gu],
  ['Thai', /\p{sc=Thai}/gu],
  ['Arabic', /\p{sc=Arabic}/gu],
  ['Hebrew', /\p{sc=Hebrew}/gu],
  ['Greek', /\p{sc=Greek}/gu],
  ['Devanagari', /\p{sc=Devanagari}/gu],
  ['Cyrillic', /\p{sc=Cyrillic}/gu],
  ['Latin', /\p{sc=Latin}/gu],
] as const;

/** Words of one language that the others of the list do not have, or hardly. */
const FREQUENT: Readonly<Record<'Latin' | 'Cyrillic', readonly (readonly [language: string, words: ReadonlySet<string>])[]>> = {
  Latin: (
    [
      ['English', 'the and is are to of you what how my it with for this that can not'],
      ['German', 'der die das und ist ich nicht ein eine wie mit für auf den zu wir mein bitte'],
      ['French', 'le les est et je une vous pas que pour dans mon avec comment mes des du'],
      ['Spanish', 'el los las es y una que por para mi con cómo está pero muy del'],
      ['Portuguese', 'o os é e uma não que por para meu minha com como você está do da'],
      ['Italian', 'il gli è e una non che per mio mia con come sono della di ho'],
      ['Dutch', 'de het een en is niet ik van mijn hoe met voor op dat kan wat'],
      ['Polish', 'nie jest i w na się to jak moje czy z do mam że'],
      ['Turkish', 'bir ve bu ne nasıl için mi ile benim değil çok var'],
      ['Swedish', 'och är det en att jag inte på min hur med för som kan'],
    ] as const
  ).map(([language, words]) => [language, new Set(words.split(' '))] as const),
  Cyrillic: (
    [
      ['Russian', 'и не на я что как в это с мой можно ли для'],
      ['Ukrainian', 'і не на я що як в це з мій можна чи для є'],
    ] as const
  ).map(([language, words]) => [language, new Set(words.split(' '))] as const),
};

/** Letters that decide, and words that are looked at. */
const [LEAST_LETTERS, MOST_WORDS, LEAST_FOUND] = [3, 120, 2];

/** `normalised`: as `normalisedText` gives it. Null: too short to say, or no language of the list. */
export function languageOf(normalised: string): string | null {
  const text = normalised.slice(0, 2000);
  const counts = SCRIPTS.map(([name, letters]) => [name, text.match(letters)?.length ?? 0] as const);
  const of = (script: string): number => counts.find(([name]) => name === script)?.[1] ?? 0;
  const [main = ['', 0] as const] = [...counts].sort((a, b) => b[1] - a[1]);
  const [script, letters] = main;
  if (letters < LEAST_LETTERS) return null;
  if (script === 'Chinese' && of('Japanese') > 0) return 'Japanese';
  if (script !== 'Latin' && script !== 'Cyrillic') return script;
  const words = text.split(' ').slice(0, MOST_WORDS);
  const found = FREQUENT[script].map(([language, own]) => [language, words.filter((word) => own.has(word)).length] as const);
  const [first, second] = [...found].sort((a, b) => b[1] - a[1]);
  return first !== undefined && first[1] >= LEAST_FOUND && first[1] > (second?.[1] ?? 0) ? first[0] : null;
}
