/** Prompts of the structures that people send, with their golden cases in order. Every word is about one token. */
import type { JsonValue } from '../../../src/core/json/json.ts';

export interface Structure {
  readonly name: string;
  readonly prompt: string;
  /** Share of the input by which reads and writes may differ: tools are counted as OpenAI renders them, which no page describes. */
  readonly band?: number;
  readonly cases: readonly { readonly vars: Readonly<Record<string, JsonValue>> }[];
}

const NOUNS = 'apple river stone cloud garden window paper market bridge forest candle pocket mirror ladder basket harbor'.split(' ');
/** A number of words, others for each seed, in lines of twelve. */
export const words = (n: number, seed = 0): string =>
  Array.from({ length: n }, (_, i) => (NOUNS[(i * 7 + seed * 5 + ((i * i) % 11)) % NOUNS.length] ?? '') + ((i + 1) % 12 === 0 ? '\n' : ' '))
    .join('')
    .trim();

const head = (rest = ''): string => `---\nmodel: test:model\nconfig: { maxOutputTokens: 50 }\n${rest}---\n`;
const system = (text: string): string => `{{role "system"}}${text}\n`;
const user = (text: string): string => `{{role "user"}}${text}\n`;
const times = <T>(n: number, of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));
const question = (i: number): string => `${NOUNS[i % 16] ?? ''} number ${i * 31 + 7} please`;
const asked = (n: number, vars: (i: number) => Record<string, JsonValue> = () => ({})) =>
  times(n, (i) => ({ vars: { q: question(i), ...vars(i) } }));
const pick = (names: readonly string[], i: number): string => names[i % names.length] ?? '';
const turns = (n: number) => times(n, (i) => ({ asked: `${words(40, i)} ${question(i)}`, answer: `${words(60, i + 5)} turn ${i}` }));
const tool = (name: string): string =>
  `  - name: ${name}\n    description: ${words(120, name.length).replaceAll('\n', ' ')}\n    inputSchema: { type: object, properties: { place: { type: string } } }\n`;

export const STRUCTURES: readonly Structure[] = [
  { name: 'static system text', prompt: head() + system(words(1500)) + user('{{q}}'), cases: asked(8) },
  { name: 'long static system text', prompt: head() + system(words(6000)) + user('{{q}}'), cases: asked(5) },
  { name: 'system text below every minimum', prompt: head() + system(words(300)) + user('{{q}}'), cases: asked(6) },
  { name: 'system text just below 1,024', prompt: head() + system(words(900)) + user('{{q}}'), cases: asked(6) },
  {
    name: 'a variable at the end of the system text',
    prompt: head() + system(`${words(2400)}\nThe question is {{q}}`) + user('Go on.'),
    cases: asked(7),
  },
  {
    name: 'a variable in the middle of the system text',
    prompt: head() + system(`${words(1400)}\n{{q}}\n${words(900, 3)}`) + user('Go on.'),
    cases: asked(6),
  },
  {
    name: 'a variable at the start of the system text',
    prompt: head() + system(`{{q}}\n${words(1800)}`) + user('Go on.'),
    cases: asked(6),
  },
  { name: 'one message with all', prompt: head() + user(`${words(1600)}\n{{q}}`), cases: asked(6) },
  { name: 'static text in the user message', prompt: head() + system(words(200)) + user(`${words(1800, 2)}\n\n{{q}}`), cases: asked(6) },
  {
    name: 'a long document in each call',
    prompt: head() + system(words(1300)) + user('{{doc}}'),
    cases: times(6, (i) => ({ vars: { doc: `${i} ${words(700, i)}` } })),
  },
  {
    name: 'a day’s date in front, two days',
    prompt: head() + system(`Today is {{day}}.\n${words(1600)}`) + user('{{q}}'),
    cases: asked(8, (i) => ({ day: i < 4 ? '2026-11-23' : '2026-11-24' })),
  },
  {
    name: 'a day’s date behind',
    prompt: head() + system(`${words(1600)}\nToday is {{day}}.`) + user('{{q}}'),
    cases: asked(6, () => ({ day: '2026-11-23' })),
  },
  {
    name: 'three tenants in front',
    prompt: head() + system(`You work for {{tenant}}.\n${words(1700)}`) + user('{{q}}'),
    cases: asked(12, (i) => ({ tenant: pick(['Acme', 'Borealis', 'Cobalt'], i) })),
  },
  {
    name: 'two tenants with rules of their own',
    prompt: head() + system(`${words(1200)}\n{{rules}}`) + user('{{q}}'),
    cases: asked(10, (i) => ({ rules: words(800, 20 + (i % 2)) })),
  },
  {
    name: 'an enum between two texts',
    prompt: head() + system(`${words(1100)}\nAnswer in {{language}}.\n${words(900, 4)}`) + user('{{q}}'),
    cases: asked(9, (i) => ({ language: pick(['German', 'French', 'Dutch'], i) })),
  },
  {
    name: 'a condition in front',
    prompt: head() + system(`{{#if vip}}Be quick.{{else}}Be thorough.{{/if}}\n${words(1500)}`) + user('{{q}}'),
    cases: asked(8, (i) => ({ vip: i % 2 === 0 })),
  },
  {
    name: 'a condition behind',
    prompt: head() + system(`${words(1500)}\n{{#if vip}}${words(100, 9)}{{else}}${words(60, 8)}{{/if}}`) + user('{{q}}'),
    cases: asked(8, (i) => ({ vip: i % 3 === 0 })),
  },
  {
    name: 'two orders of keys',
    prompt: head() + system(`{{json order}}\n${words(1500)}`) + user('{{q}}'),
    cases: asked(8, (i) => ({ order: i % 2 === 0 ? { id: 1, city: 'Bonn' } : { city: 'Bonn', id: 1 } })),
  },
  {
    name: 'two tools',
    prompt: head(`toolDefs:\n${tool('find')}${tool('weather')}`) + system(words(1400)) + user('{{q}}'),
    cases: asked(6),
  },
  {
    name: 'an output schema',
    prompt:
      head('output: { format: json, schema: { type: object, properties: { label: { type: string } } } }\n') +
      system(words(1500)) +
      user('{{q}}'),
    cases: asked(6),
  },
  {
    name: 'few-shot messages',
    prompt:
      head() + system(words(700)) + times(6, (i) => user(words(60, i)) + `{{role "model"}}${words(40, i + 7)}\n`).join('') + user('{{q}}'),
    cases: asked(6),
  },
  {
    name: 'a time in front',
    prompt: head() + system(`It is {{now}}.\n${words(1500)}`) + user('{{q}}'),
    cases: asked(6, (i) => ({ now: `2026-11-23T10:${10 + i}` })),
  },
  {
    name: 'the same question again',
    prompt: head() + system(words(1500)) + user('{{q}}'),
    cases: times(6, (i) => ({ vars: { q: question(i % 2) } })),
  },
];

/** Texts of other kinds, and more of what stands in front. */
export const MORE: readonly Structure[] = [
  {
    name: 'Cyrillic rules',
    prompt: head() + system('Отвечай коротко и вежливо, по правилам магазина.\n'.repeat(160)) + user('{{q}}'),
    cases: asked(5),
  },
  {
    name: 'Chinese rules in one line',
    prompt: head() + system('请用简短的句子回答问题，并遵守商店的规则。'.repeat(160)) + user('{{q}}'),
    cases: asked(5),
  },
  {
    name: 'source code',
    prompt: head() + system('function add(a, b) {\n  return a + b; // sum\n}\n\n'.repeat(120)) + user('{{q}}'),
    cases: asked(5),
  },
  {
    name: 'JSON in one line',
    prompt: head() + system(JSON.stringify(times(150, (i) => ({ id: i, name: NOUNS[i % 16] ?? '' })))) + user('{{q}}'),
    cases: asked(5),
  },
  { name: 'Windows line ends', prompt: (head() + system(words(1500)) + user('{{q}}')).replaceAll('\n', '\r\n'), cases: asked(5) },
  { name: 'one line without a break', prompt: head() + system(words(1500).replaceAll('\n', ' ')) + user('{{q}}'), cases: asked(5) },
  {
    name: 'a variable in the last word of one long line',
    prompt: head() + user(`${words(1500).replaceAll('\n', ' ')} {{q}}`),
    cases: asked(8),
  },
  {
    name: 'a variable that is the same in all cases',
    prompt: head() + system(`You work for {{shop}}.\n${words(1500)}`) + user('{{q}}'),
    cases: asked(6, () => ({ shop: 'Linden' })),
  },
  {
    name: 'a default value',
    prompt: head('input: { default: { shop: Linden } }\n') + system(`You work for {{shop}}.\n${words(1500)}`) + user('{{q}}'),
    cases: asked(6),
  },
  {
    name: 'tenant and language',
    prompt: head() + system(`For {{tenant}} in {{language}}.\n${words(1500)}`) + user('{{q}}'),
    cases: asked(12, (i) => ({ tenant: pick(['Acme', 'Cobalt'], i), language: pick(['German', 'French'], i >> 1) })),
  },
  {
    name: 'a day’s date and a tenant',
    prompt: head() + system(`{{day}}, {{tenant}}.\n${words(1500)}`) + user('{{q}}'),
    cases: asked(8, (i) => ({ day: i < 6 ? '2026-11-23' : '2026-11-24', tenant: pick(['Acme', 'Cobalt'], i) })),
  },
  {
    name: 'a request id in front',
    prompt: head() + system(`[{{id}}]\n${words(1500)}`) + user('{{q}}'),
    cases: asked(6, (i) => ({ id: `8f2c0a${i}0-1111-4222-8333-44445555666${i}` })),
  },
  {
    name: 'a list of another length',
    prompt: head() + system(`${words(1200)}\n{{#each items}}- {{this}}\n{{/each}}`) + user('{{q}}'),
    cases: asked(8, (i) => ({ items: times(1 + (i % 3), (j) => NOUNS[j] ?? '') })),
  },
  {
    name: 'thirty example messages',
    prompt:
      head() + system(words(300)) + times(15, (i) => user(words(70, i)) + `{{role "model"}}${words(30, i + 7)}\n`).join('') + user('{{q}}'),
    cases: asked(5),
  },
  {
    name: 'no system text',
    prompt: head() + user(`${words(1500)}\n\n{{doc}}\n\n${words(200, 3)}`),
    cases: times(6, (i) => ({ vars: { doc: words(100, 30 + i) } })),
  },
  {
    name: 'tools and no text in front',
    band: 0.1,
    prompt: head(`toolDefs:\n${times(9, (i) => tool(`find${'x'.repeat(i)}`)).join('')}`) + user('{{q}}'),
    cases: asked(5),
  },
  {
    name: 'documents that come back',
    prompt: head() + system(`${words(400)}\n{{doc}}`) + user('{{q}}'),
    cases: asked(9, (i) => ({ doc: words(1300, 40 + (i % 3)) })),
  },
  { name: 'twenty questions', prompt: head() + system(words(2200)) + user('{{q}}'), cases: asked(20) },
];

/** Turns of one conversation, each with all turns before it. */
export const HISTORIES: readonly Structure[] = [3, 8].map((most) => ({
  name: `a history that grows to ${most} turns`,
  prompt:
    head() + system(words(1200)) + `{{#each turns}}{{role "user"}}{{this.asked}}{{role "model"}}{{this.answer}}{{/each}}` + user('{{q}}'),
  cases: times(most, (i) => ({ vars: { q: `${words(40, i)} ${question(i)}`, turns: turns(i) } })),
}));
