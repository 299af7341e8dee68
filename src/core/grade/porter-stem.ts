/** The stem of an English word, by Porter's algorithm (M. F. Porter, An algorithm for suffix stripping, Program 14(3), 1980). */

const isConsonant = (word: string, at: number): boolean => {
  const letter = word[at] ?? '';
  if ('aeiou'.includes(letter)) return false;
  return letter !== 'y' || at === 0 || !isConsonant(word, at - 1);
};

const formOf = (stem: string): string => Array.from({ length: stem.length }, (_, i) => (isConsonant(stem, i) ? 'c' : 'v')).join('');
/** The number of sequences of vowels that consonants follow. */
const measureOf = (stem: string): number => formOf(stem).match(/v+c+/g)?.length ?? 0;
const hasVowel = (stem: string): boolean => formOf(stem).includes('v');
const endsDouble = (stem: string): boolean => /(.)\1$/.test(stem) && formOf(stem).endsWith('c');
const endsShort = (stem: string): boolean => formOf(stem).endsWith('cvc') && !/[wxy]$/.test(stem);

type Rule = readonly [suffix: string, replacement: string];

const STEP_2: readonly Rule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
];
const STEP_3: readonly Rule[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];
const STEP_4 = 'al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize'
  .split(' ')
  .map((suffix): Rule => [suffix, '']);

/** The first of the longest suffixes decides, whether its condition holds or not. */
function replaced(word: string, rules: readonly Rule[], isMet: (stem: string, suffix: string) => boolean): string {
  const [found] = rules.filter(([suffix]) => word.endsWith(suffix)).sort(([a], [b]) => b.length - a.length);
  if (found === undefined) return word;
  const [suffix, replacement] = found;
  const stem = word.slice(0, -suffix.length);
  return isMet(stem, suffix) ? `${stem}${replacement}` : word;
}

function withoutPlural(word: string): string {
  if (/(?:ss|i)es$/.test(word)) return word.slice(0, -2);
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}

function withoutPast(word: string): string {
  if (word.endsWith('eed')) return measureOf(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const stem = /^(.*?)(?:ed|ing)$/.exec(word)?.[1];
  if (stem === undefined || !hasVowel(stem)) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDouble(stem) && !/[lsz]$/.test(stem)) return stem.slice(0, -1);
  return measureOf(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

function withoutFinal(word: string): string {
  const stem = word.slice(0, -1);
  const isDropped = word.endsWith('e') && (measureOf(stem) > 1 || (measureOf(stem) === 1 && !endsShort(stem)));
  const shorter = isDropped ? stem : word;
  return shorter.endsWith('ll') && measureOf(shorter.slice(0, -1)) > 1 ? shorter.slice(0, -1) : shorter;
}

/** `word`: in small letters. */
export function porterStem(word: string): string {
  if (word.length < 3) return word;
  let stem = withoutPast(withoutPlural(word));
  if (stem.endsWith('y') && hasVowel(stem.slice(0, -1))) stem = `${stem.slice(0, -1)}i`;
  stem = replaced(stem, STEP_2, (before) => measureOf(before) > 0);
  stem = replaced(stem, STEP_3, (before) => measureOf(before) > 0);
  stem = replaced(stem, STEP_4, (before, suffix) => measureOf(before) > 1 && (suffix !== 'ion' || /[st]$/.test(before)));
  return withoutFinal(stem);
}
