/** For every finding a prompt that has it and a near miss that has not. */
import type { FindingCode } from '../../src/core/economics/findings/finding.ts';
import { capabilitiesOf } from '../../src/core/economics/capabilities.ts';
import { RULE, type Situation } from './analyse.ts';

export const RULES = Array.from(
  { length: 8 },
  (_, i) => `Rule ${i + 1}: never promise anything that policy number ${i * 7} does not allow.`,
).join('\n');
export const OTHER = Array.from(
  { length: 8 },
  (_, i) => `Example ${i + 1}: a customer of shop ${i * 3} asks where the parcel of last week is.`,
).join('\n');
export const head = (more = ''): string => `---\nmodel: test:model\nconfig:\n  maxOutputTokens: 300\n${more}---\n`;
const longNames = (items: number): string =>
  JSON.stringify(Array.from({ length: items }, () => ({ customer_requested_category_label: 1 })));
const REASONS = { capabilities: capabilitiesOf('openai:gpt-6-luna') };
export const two = [{ vars: { name: 'Ana', q: 'where?' } }, { vars: { name: 'Bo', q: 'when?' } }];
const SCHEMA = 'output:\n  format: json\n  schema:\n    label: string\n';
const labelled = Array.from({ length: 4 }, (_, i) => ({ vars: { q: `q${i}` }, expected: { label: i % 2 ? 'refund' : 'bug' } }));

interface Pair {
  readonly has: Situation;
  readonly hasNot: Situation;
}

const MARKED = { ...RULE, kind: 'marked' } as const;
const UNMARKED = { marks: false, ttlSeconds: null, isLong: false };

export const PAIRS: Readonly<Record<FindingCode, Pair>> = {
  'prefix/volatile-first': {
    has: { prompt: `${head()}{{role "system"}}\nYou help {{name}}.\n\n${RULES}\n\n{{role "user"}}\n{{q}}\n`, cases: two },
    hasNot: { prompt: `${head()}{{role "system"}}\n${RULES}\n\nYou help {{name}}.\n\n{{role "user"}}\n{{q}}\n`, cases: two },
  },
  'prefix/edited': {
    has: {
      prompt: `${head()}{{role "system"}}Be kind.\n${RULES}\n{{role "user"}}{{q}}`,
      previous: `${head()}{{role "system"}}${RULES}\n{{role "user"}}{{q}}`,
      cases: two,
    },
    hasNot: {
      prompt: `${head()}{{role "system"}}${RULES}\nBe kind.\n{{role "user"}}{{q}}`,
      previous: `${head()}{{role "system"}}${RULES}\n{{role "user"}}{{q}}`,
      cases: two,
    },
  },
  'prefix/nondeterministic': {
    has: {
      prompt: `${head()}{{role "system"}}\nToday is {{today}}.\n\n${RULES}\n\n{{role "user"}}\n{{q}}\n`,
      cases: [{ vars: { today: '2026-11-23T09:30', q: 'a' } }, { vars: { today: '2026-11-23T09:30', q: 'b' } }],
    },
    // A date is new once a day, so that one call a day finds nothing.
    hasNot: {
      prompt: `${head()}{{role "system"}}\nToday is {{today}}.\n\n${RULES}\n\n{{role "user"}}\n{{q}}\n`,
      cases: [{ vars: { today: '2026-11-23', q: 'a' } }, { vars: { today: '2026-11-24', q: 'b' } }],
    },
  },
  'prefix/unmarked': {
    has: {
      prompt: `${head()}{{role "system"}}${RULES}\n{{role "user"}}{{q}}`,
      cases: two,
      facts: { caching: MARKED, api: 'messages', cache: UNMARKED },
    },
    hasNot: {
      prompt: `${head()}{{role "system"}}${RULES}\n{{role "user"}}{{q}}`,
      cases: two,
      facts: { caching: MARKED, api: 'messages', cache: { ...UNMARKED, marks: true } },
    },
  },
  'prefix/mark-costs': {
    has: {
      prompt: `${head()}{{role "system"}}${RULES}\n{{role "user"}}{{q}}`,
      cases: two,
      facts: { caching: MARKED, api: 'messages', cache: { ...UNMARKED, marks: true } },
      traffic: { callsPerDay: 20, action: 'ticket', callsPerAction: 1 },
    },
    hasNot: {
      prompt: `${head()}{{role "system"}}${RULES}\n{{role "user"}}{{q}}`,
      cases: two,
      facts: { caching: MARKED, api: 'messages', cache: { ...UNMARKED, marks: true } },
      traffic: { callsPerDay: 20_000, action: 'ticket', callsPerAction: 1 },
    },
  },
  'prefix/order': {
    has: {
      prompt: `${head()}Answer {{json order}}`,
      cases: [{ vars: { order: { id: 1, city: 'Bonn' } } }, { vars: { order: { city: 'Kiel', id: 2 } } }],
    },
    hasNot: {
      prompt: `${head()}Answer {{json order}}`,
      cases: [{ vars: { order: { id: 1, city: 'Bonn' } } }, { vars: { order: { id: 2, city: 'Kiel' } } }],
    },
  },
  'output/limit-eaten-by-thinking': {
    has: { prompt: `${head()}Say {{q}}`, cases: two, observed: { parameters: { maxOutputTokens: 300 }, cut: 1, limitEaten: 1 } },
    // The limit was raised since.
    hasNot: { prompt: `${head()}Say {{q}}`, cases: two, observed: { parameters: { maxOutputTokens: 60 }, cut: 1, limitEaten: 1 } },
  },
  'output/no-limit': {
    has: { prompt: '---\nmodel: test:model\ngoldset.budget: { outputTokens: 400 }\n---\nSay {{q}}', cases: labelled },
    hasNot: { prompt: '---\nmodel: test:model\n---\nSay {{q}}', cases: labelled },
  },
  'output/no-brevity': {
    has: { prompt: `${head()}Tell about {{q}}`, cases: two, observed: {} },
    hasNot: { prompt: `${head()}Tell about {{q}} in at most three sentences.`, cases: two, observed: {} },
  },
  'output/reasoning-before-answer': {
    has: { prompt: `${head('output:\n  format: json\n  schema:\n    reasoning: string\n    label: string\n')}{{q}}`, cases: two },
    hasNot: { prompt: `${head('output:\n  format: json\n  schema:\n    label: string\n    reasoning: string\n')}{{q}}`, cases: two },
  },
  'output/prose-for-data': {
    has: { prompt: `${head()}Reply with JSON for {{q}}`, cases: labelled },
    hasNot: { prompt: `${head(SCHEMA)}Reply with JSON for {{q}}`, cases: labelled },
  },
  'output/verbose-schema': {
    has: { prompt: `${head()}{{q}}`, cases: two, observed: { outputs: [longNames(30)] } },
    hasNot: { prompt: `${head()}{{q}}`, cases: two, observed: { outputs: [longNames(5)] } },
  },
  'output/unused-field': {
    has: { prompt: `${head('output:\n  format: json\n  schema:\n    label: string\n    mood: string\n')}{{q}}`, cases: labelled },
    hasNot: { prompt: `${head(SCHEMA)}{{q}}`, cases: labelled },
  },
  'input/object-as-text': {
    has: { prompt: `${head()}{{item}} {{q}}`, cases: [{ vars: { item: { name: 'tea' }, q: 'a' } }] },
    hasNot: { prompt: `${head()}{{json item}} {{item.name}} {{q}}`, cases: [{ vars: { item: { name: 'tea' }, q: '[object Object]' } }] },
  },
  'input/repeated-text': {
    has: { prompt: `${head()}${RULES}\n\nThink of {{q}}.\n\n${RULES}` },
    hasNot: { prompt: `${head()}${RULES}\n\nThink of {{q}}.\n\n${OTHER}` },
  },
  'input/unused-variable': {
    has: { prompt: `${head('input:\n  schema:\n    q: string\n    tone: string\n')}{{q}}` },
    hasNot: { prompt: `${head('input:\n  schema:\n    q: string\n    tone: string\n')}{{q}} {{#if tone}}kindly{{/if}}` },
  },
  'input/context-near-limit': {
    has: { prompt: `${head()}{{q}}`, cases: [{ vars: { q: 'word '.repeat(3200) } }] },
    hasNot: { prompt: `${head()}{{q}}`, cases: [{ vars: { q: 'word '.repeat(2000) } }] },
  },
  'budget/cost': {
    has: { prompt: `${head('goldset.budget: { costUsd: 0.0001 }\n')}{{q}}`, cases: labelled, observed: {} },
    hasNot: { prompt: `${head('goldset.budget: { costUsd: 0.01 }\n')}{{q}}`, cases: labelled, observed: {} },
  },
  'budget/ttft': {
    has: { prompt: `${head('goldset.budget: { ttftMs: 1000 }\n')}{{q}}`, observed: {} },
    hasNot: { prompt: `${head('goldset.budget: { ttftMs: 2000 }\n')}{{q}}`, observed: {} },
  },
  'budget/output-tokens': {
    has: { prompt: `${head('goldset.budget: { outputTokens: 100 }\n')}{{q}}`, observed: {} },
    hasNot: { prompt: `${head('goldset.budget: { outputTokens: 300 }\n')}{{q}}`, observed: {} },
  },
  'model/too-slow': {
    has: { prompt: `${head('goldset.budget: { interaction: chat }\n')}{{q}}`, observed: {} },
    hasNot: { prompt: `${head('goldset.budget: { interaction: chat }\n')}{{q}}`, observed: { ttftMs: { p50: 300, p95: 900 } } },
  },
  'model/unsupported-parameter': {
    has: { prompt: '---\nmodel: test:model\nconfig:\n  maxOutputTokens: 300\n  temperature: 0\n---\n{{q}}', cases: two, facts: REASONS },
    hasNot: {
      prompt: '---\nmodel: test:model\nconfig:\n  maxOutputTokens: 300\n  temperature: 0\n  reasoningEffort: none\n---\n{{q}}',
      cases: two,
      facts: REASONS,
    },
  },
  'model/retirement': {
    has: { prompt: `${head()}{{q}}`, cases: two, facts: { capabilities: capabilitiesOf('openai:gpt-4o') }, today: '2026-11-15' },
    hasNot: { prompt: `${head()}{{q}}`, cases: two, facts: { capabilities: capabilitiesOf('openai:gpt-4o') }, today: '2026-11-14' },
  },
  'batch/eligible': {
    has: { prompt: `${head('goldset.budget: { interaction: background }\n')}{{q}}`, observed: {} },
    hasNot: { prompt: `${head('goldset.budget: { interaction: chat }\n')}{{q}}`, observed: {} },
  },
};
