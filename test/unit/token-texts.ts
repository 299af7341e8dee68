/** Two thousand texts of many kinds, the same on every machine: what the token counts of the fixture are of. */

/** mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  english: 'the customer wrote that her parcel did not arrive on Tuesday and she wants it refunded before Friday’s deadline'.split(' '),
  german: 'Die Rechnung über 1.240,50 € wurde doppelt abgebucht; bitte prüfen Sie das Geschäftskonto'.split(' '),
  russian: 'Клиент пишет что посылка не пришла и просит вернуть деньги до пятницы'.split(' '),
  arabic: 'العميل يطلب استرداد المبلغ قبل يوم الجمعة لأن الطرد لم يصل'.split(' '),
  chinese: ['客户', '写道', '包裹', '没有', '到达', '，', '要求', '退款', '。', '谢谢'],
  japanese: ['荷物が', 'まだ', '届いていません', '。', '返金を', 'お願いします', 'カタカナ', 'ひらがな'],
  korean: '고객은 소포가 도착하지 않았다고 하며 금요일까지 환불을 원합니다'.split(' '),
  code: [
    'const',
    'x',
    '=',
    '(a,',
    'b)',
    '=>',
    '{',
    'return',
    'a?.b[0]',
    '??',
    'null;',
    '}',
    '// note',
    'for(let i=0;i<n;i++)',
    'snake_case',
    'camelCase',
  ],
  json: ['{"label":', '"refund",', '"score":', '0.82,', '"tags":', '["a","b"],', '"nested":', '{"x":', 'null}}'],
  symbols: ['!!', '...', '→', '—', '§5', '100%', '$0.0021', '#1', 'a/b/c', '\\n', '**bold**', '`code`', '<|endoftext|>', '<|im_start|>'],
  emoji: ['😀', '👩‍👩‍👧', '🇩🇪', '❤️', '🧪', 'ok', '\u0301', 'é', 'e\u0301', '\u200d'],
  numbers: ['1', '12', '123', '1234', '3.14159', '2026-11-23', '12:30:59', '1e-7', '0x1F', '٣٤٥'],
};
const SPACES = [' ', ' ', ' ', ' ', '  ', '\n', '\n\n', '\t', '\r\n', '', '\u00a0', ' \n  '];

export function tokenTexts(count = 2000): string[] {
  const next = random(20261123);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  const kinds = Object.keys(WORDS);
  return Array.from({ length: count }, (_, i) => {
    const mixed = next() < 0.3;
    const kind = kinds[i % kinds.length] ?? 'english';
    const length = 1 + Math.floor(next() ** 2 * 120);
    let text = '';
    for (let w = 0; w < length; w++) text += pick(WORDS[mixed ? pick(kinds) : kind] ?? []) + pick(SPACES);
    return next() < 0.05 ? pick(['a', ' ', '=', '汉', 'xyz', '\n']).repeat(1 + Math.floor(next() * 600)) + text : text;
  });
}
