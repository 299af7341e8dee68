/** The pairs of finding-pairs.ts are found and not found; and what a fix makes of a prompt. */
import assert from 'node:assert/strict';
import { capabilitiesOf } from '../../src/core/economics/capabilities.ts';
import { FINDING_CODES, type FindingCode } from '../../src/core/economics/findings/finding.ts';
import { nondeterminismOf } from '../../src/core/economics/prefix/nondeterminism.ts';
import { switchedOff } from '../../src/core/economics/findings/find.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { applyEdits } from '../../src/core/text/text.ts';
import { analyse, type Situation } from './analyse.ts';
import { RULES, OTHER, head, two, PAIRS } from './finding-pairs.ts';

describe('findings', () => {
  for (const code of FINDING_CODES) {
    it(`${code}: a prompt has it, a near miss has not`, () => {
      const { has, hasNot } = PAIRS[code];
      const found = analyse(has).findings.filter((item) => item.code === code);
      assert.ok(found.length > 0, 'not found');
      assert.deepEqual(
        analyse(hasNot).findings.filter((item) => item.code === code),
        [],
      );
      for (const { message, hint } of found) {
        assert.match(message, /\.$/);
        assert.match(hint, /\.$/);
      }
    });

    it(`${code}: can be switched off`, () => {
      const { has } = PAIRS[code];
      const codes = (off: string[], prompt = has.prompt): string[] => analyse({ ...has, prompt, off }).findings.map((item) => item.code);
      assert.ok(!codes([code]).includes(code));
      assert.ok(!codes([code.split('/')[0] ?? '']).includes(code));
      assert.ok(!codes([], has.prompt.replace('---\n', `---\n# goldset-off ${code}\n`)).includes(code));
      assert.ok(!codes([], `${has.prompt}{{! goldset-off ${code} }}`).includes(code));
    });
  }

  it('read their comments and nothing else', () => {
    assert.deepEqual(switchedOff('{{!-- goldset-off prefix/edited --}}\n# goldset-off: output, input/repeated-text\ngoldset-off x'), [
      'prefix/edited',
      'output',
      'input/repeated-text',
    ]);
  });

  it('say what they save: at this traffic, in dollars and milliseconds', () => {
    const [volatile] = analyse(PAIRS['prefix/volatile-first'].has).findings.filter((item) => item.code === 'prefix/volatile-first');
    assert.ok(volatile?.savingPerThousandUsd && volatile.savingPerThousandUsd > 0.1);
    assert.equal(volatile.severity, 'warning');
    const brevity = analyse(PAIRS['output/no-brevity'].has).findings.find((item) => item.code === 'output/no-brevity');
    assert.equal(brevity?.savingPerThousandUsd, 0.5);
    assert.equal(brevity.savingMsPerCall, 500);
  });

  it('do not take a word for a request', () => {
    const codes = (prompt: string, more: Partial<Situation> = {}): string[] =>
      analyse({ prompt: `${head()}{{role "system"}}${prompt}\n{{role "user"}}{{q}}`, cases: two, ...more }).findings.map(
        ({ code }) => code,
      );
    const long = { observed: {} };
    for (const prompt of ['Do not explain your reasoning.', 'Before you answer the phone, read this.'])
      assert.ok(!codes(prompt).includes('output/reasoning-before-answer'), prompt);
    for (const prompt of ['Do not reply with JSON.', 'You are given a JSON document. Summarise it.', 'The form has fields: name and age.'])
      assert.ok(!codes(prompt).includes('output/prose-for-data'), prompt);
    for (const prompt of ['Use only the facts below and write an essay.', 'A short ticket comes in. Answer the question fully.'])
      assert.ok(codes(prompt, long).includes('output/no-brevity'), prompt);
    for (const prompt of ['Answer in a hundred words.', 'Keep it short.', 'Reply with one word.', 'At most three sentences.'])
      assert.ok(!codes(prompt, long).includes('output/no-brevity'), prompt);
    assert.ok(codes('Reply with JSON only.').includes('output/prose-for-data'));
    // A schema that cannot be read is an error of its own.
    for (const broken of ['output:\n  format: json\n  schema:\n    label: strng\n', 'output: { format: json, schema: "a" | "b" }\n']) {
      const prompt = `${head(broken)}Reply with JSON for {{q}}`;
      assert.ok(readPrompt('p.prompt', prompt).diagnostics.some(({ severity }) => severity === 'error'));
      assert.ok(!analyse({ prompt, cases: two }).findings.some(({ code }) => code === 'output/prose-for-data'));
    }
    assert.ok(codes('Explain your reasoning, then answer.').includes('output/reasoning-before-answer'));
  });

  it('count only what could move: not the text of a loop, nor that of a condition', () => {
    const docs = Array.from({ length: 20 }, (_, i) => ({ t: `text ${i}` }));
    const prompt = `${head()}{{role "system"}}${RULES}\n\n{{#each docs}}Document title of the retrieved passage: {{this.t}}\n{{/each}}`;
    const cases = [{ vars: { docs } }, { vars: { docs: docs.slice(3) } }];
    assert.ok(!analyse({ prompt, cases }).findings.some(({ code }) => code === 'prefix/volatile-first'));
  });

  it('know dates and random values in their usual forms', () => {
    for (const value of [
      'Mon, 23 Nov 2026 10:00:00 GMT',
      'Mon Nov 23 2026 10:00:00 GMT+0100 (CET)',
      '11/23/2026, 10:00:00 AM',
      '2026/11/23',
      '1764000000.123',
      '0.8437261',
      '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      'V1StGXR8_Z5jdHi6B-myT',
      'Today is 2026-11-23',
    ])
      assert.notEqual(nondeterminismOf(value), null, value);
    for (const value of ['Monday morning', '1998', 'order 1764000000', '12.50', 'INTERNATIONALIZATION', 'a short ticket'])
      assert.equal(nondeterminismOf(value), null, value);
  });

  it('stand where they are: the variable, the model, the repeated paragraph', () => {
    const place = (code: FindingCode): string => {
      const { has } = PAIRS[code];
      const range = analyse(has).findings.find((item) => item.code === code)?.range;
      return range ? has.prompt.slice(range.start, range.end) : '-';
    };
    assert.equal(place('prefix/volatile-first'), '{{name}}');
    assert.equal(place('prefix/nondeterministic'), '{{today}}');
    assert.equal(place('output/no-limit'), 'test:model');
    assert.equal(place('input/unused-variable'), 'tone');
    assert.equal(place('input/repeated-text'), RULES);
  });
});

/** The paragraphs of every message, rendered, without their order. */
const blocks = (situation: Situation): string[][] =>
  analyse(situation).analysis.requests.map(({ messages }) =>
    messages
      .flatMap(({ role, content }) =>
        content.flatMap((part) =>
          'text' in part ? part.text.split(/\n\s*\n/).flatMap((text) => (text.trim() === '' ? [] : [`${role}: ${text.trim()}`])) : [],
        ),
      )
      .sort(),
  );

describe('quick fixes', () => {
  const fixed = (code: FindingCode, situation: Situation): { after: Situation; title: string } => {
    const { findings, fixOf } = analyse(situation);
    const found = findings.find((item) => item.code === code);
    assert.ok(found);
    const fix = fixOf(found);
    assert.ok(fix, 'no fix');
    const prompt = applyEdits(situation.prompt, fix.edits);
    assert.ok(!analyse({ ...situation, prompt }).findings.some((item) => item.code === code), `still found in:\n${prompt}`);
    const errors = readPrompt(situation.path ?? 'p.prompt', prompt, []).diagnostics.filter((item) => item.severity === 'error');
    assert.deepEqual(errors, []);
    return { after: { ...situation, prompt }, title: fix.title };
  };

  const MOVES: Record<string, { code: FindingCode; situation: Situation }> = {
    'a variable in front': { code: 'prefix/volatile-first', situation: PAIRS['prefix/volatile-first'].has },
    'a time in front': { code: 'prefix/nondeterministic', situation: PAIRS['prefix/nondeterministic'].has },
    'a block over several paragraphs': {
      code: 'prefix/volatile-first',
      situation: {
        prompt: `${head()}{{role "system"}}\n{{#if name}}\nFor {{name}}.\n\nBe kind.\n{{/if}}\n\n${RULES}\n\n{{q}}\n\n${OTHER}\n`,
        cases: two,
      },
    },
    'Windows line ends': {
      code: 'prefix/volatile-first',
      situation: { prompt: PAIRS['prefix/volatile-first'].has.prompt.replaceAll('\n', '\r\n'), cases: two },
    },
    'a .prompt.yml': {
      code: 'prefix/volatile-first',
      situation: {
        path: 'p.prompt.yml',
        prompt: `model: test:model\nmodelParameters:\n  max_tokens: 100\nmessages:\n  - role: system\n    content: |\n      You help {{name}}.\n\n${RULES.replace(/^/gm, '      ')}\n  - role: user\n    content: "{{q}}"\n`,
        cases: two,
      },
    },
  };
  for (const [name, { code, situation }] of Object.entries(MOVES)) {
    it(`moves static text: ${name}`, () => {
      const { after, title } = fixed(code, situation);
      assert.deepEqual(blocks(after), blocks(situation));
      assert.match(title, /more cacheable tokens/);
      const stable = (item: Situation): number => analyse(item).analysis.prefix.stableTokens;
      assert.ok(stable(after) > stable(situation));
    });
  }

  // What the helper of a person would break: blocks, tags, fences, labels and words that point.
  for (const [name, body] of Object.entries({
    'a comment over a blank line': `{{q}}\n\n{{!-- one\n\n{{q}} two --}}\n\n${RULES}`,
    'an inverse block': `{{^q}}\n\nempty\n\n{{/q}}\n\n{{q}}\n\n${RULES}`,
    'white space control': `Ticket: {{q~}}\n\n, please read it.\n\n${RULES}`,
    'tags around the variable': `<ticket>\n\n{{q}}\n\n</ticket>\n\n${RULES}`,
    'a fence around the variable': `\`\`\`\n\n{{q}}\n\n\`\`\`\n\n${RULES}`,
    headings: `# Ticket\n\n{{q}}\n\n# Rules\n\n${RULES}`,
    'a word that points back': `{{q}}\n\nThe ticket above has this label:\n\n${RULES}`,
  })) {
    it(`keeps what belongs together: ${name}`, () => {
      const situation = { prompt: `${head()}{{role "system"}}${body}`, cases: two };
      const { findings, fixOf } = analyse(situation);
      const found = findings.find((item) => item.code === 'prefix/volatile-first');
      const fix = found ? fixOf(found) : null;
      if (fix === null) return;
      const after = applyEdits(situation.prompt, fix.edits);
      assert.deepEqual(blocks({ ...situation, prompt: after }), blocks(situation));
      for (const wrapped of ['<ticket>\n\n{{q}}\n\n</ticket>', '```\n\n{{q}}\n\n```', '# Ticket\n\n{{q}}', '# Rules\n\nRule 1']) {
        if (body.includes(wrapped)) assert.ok(after.includes(wrapped), after);
      }
      assert.doesNotMatch(after, /above has this label[^]*\{\{q\}\}/);
    });
  }

  it('does not move across a message', () => {
    const situation = { prompt: `${head()}{{role "system"}}You help {{name}}.\n{{role "user"}}${RULES}\n\n{{q}}`, cases: two };
    const { findings, fixOf } = analyse(situation);
    const found = findings.find((item) => item.code === 'prefix/volatile-first');
    assert.ok(found);
    assert.equal(fixOf(found), null);
  });

  it('sets a limit in whatever form the settings have', () => {
    const observed = { thinking: Array.from({ length: 10 }, () => ({ reasoning: 0, output: 200, requests: 1 })) };
    const heads = [
      '---\nmodel: test:model\n---\n',
      '---\nmodel: test:model\nconfig:\n    temperature: 0\n---\n',
      '---\nmodel: test:model\nconfig: { temperature: 0 }\n---\n',
      '---\nmodel: test:model\nconfig: {}\n---\n',
    ].map((start) => start.replace('---\n', '---\ngoldset.budget: { outputTokens: 500 }\n'));
    for (const start of heads) {
      const { after } = fixed('output/no-limit', { prompt: `${start}{{q}}`, observed });
      const { parameters } = readPrompt('p.prompt', after.prompt, []).document;
      // The budget that the message names.
      assert.equal(parameters.maxOutputTokens, 500);
      assert.equal(parameters.temperature, start.includes('temperature') ? 0 : undefined);
    }
    // A `.prompt.yml` has no budget; a run with an answer that did not end is what asks for the limit.
    const yml = fixed('output/no-limit', {
      path: 'p.prompt.yml',
      prompt: 'model: test:model\nmessages:\n  - role: user\n    content: hi\n',
      observed: { calls: 40, cut: 1, ...observed },
    });
    assert.match(yml.after.prompt, /^modelParameters:\n {2}maxTokens: 450$/m);
    assert.equal(readPrompt('p.prompt.yml', yml.after.prompt, []).document.parameters.maxOutputTokens, 450);
  });

  it('removes a parameter that the model rejects', () => {
    const { after, title } = fixed('model/unsupported-parameter', PAIRS['model/unsupported-parameter'].has);
    assert.deepEqual([after.prompt.includes('temperature'), title], [false, 'Remove `temperature`']);
  });

  it('adds the schema that the golden cases expect', () => {
    const cases = Array.from({ length: 6 }, (_, i) => ({
      vars: { q: `q${i}` },
      expected: { label: i % 2 ? 'refund' : 'bug', score: i / 2, tags: ['a'] },
    }));
    const properties = {
      label: { type: 'string' },
      score: { type: 'number' },
      tags: { type: 'array', items: { type: 'string' } },
    };
    for (const start of [head(), head('output:\n  format: json\n'), head('output: { format: json }\n')]) {
      const { after } = fixed('output/prose-for-data', { prompt: `${start}Reply with JSON for {{q}}`, cases });
      const { output } = readPrompt('p.prompt', after.prompt, []).document;
      assert.deepEqual(
        [output.format, output.schema?.['properties'], output.schema?.['required']],
        ['json', properties, ['label', 'score', 'tags']],
      );
    }
    const yml = fixed('output/prose-for-data', {
      path: 'p.prompt.yml',
      prompt: 'model: test:model\nmessages:\n  - role: user\n    content: "JSON for {{q}}"\n',
      cases,
    });
    assert.deepEqual(readPrompt('p.prompt.yml', yml.after.prompt, []).document.output.schema?.['properties'], properties);
  });
});

/** Of a model that its provider retires: its id in the prompt, the successor's there, and where the prompt writes both. */
const SUCCESSORS: readonly (readonly [id: string, to: string | null])[] = [
  ['openai:gpt-4o', 'openai:gpt-6-luna'],
  ['openai:gpt-4o-2024-08-06', 'openai:gpt-6-luna'],
  ['openrouter:openai/gpt-4o', 'openrouter:openai/gpt-6-luna'],
  ['azure:gpt-4o', 'azure:gpt-6-luna'],
  ['house:gpt-4o', 'house:gpt-6-luna'],
  ['anthropic:claude-opus-4-5', 'anthropic:claude-opus-5-5'],
  ['openrouter:openai/gpt-4o:free', null],
  ['bedrock:us.anthropic.claude-opus-4-5-20251101-v1:0', null],
];

describe('the quick fix of a model that is retired', () => {
  for (const [id, to] of SUCCESSORS)
    it(`${id}: ${to ?? 'the host has names of its own, so none is guessed'}`, () => {
      const prompt = `---\nmodel: "${id}"\nconfig:\n  temperature: 0\n  maxOutputTokens: 300\n---\n{{q}}`;
      const capabilities = capabilitiesOf(id);
      assert.ok(capabilities?.retirement);
      const { findings, fixOf } = analyse({ prompt, facts: { id, capabilities }, today: '2027-01-10' });
      const found = findings.find(({ code }) => code === 'model/retirement');
      assert.ok(found);
      const fix = fixOf(found);
      if (to === null) {
        assert.equal(fix, null);
        assert.match(found.hint, /^Choose your host's name of (gpt-6-luna|claude-opus-5-5) and compare/);
        return;
      }
      assert.equal(found.hint, `Compare it with its successor: goldset compare model:${id} model:${to}.`);
      assert.deepEqual([fix?.title, fix?.compareWith], [`Switch to ${to}, its successor`, to]);
      // Neither successor accepts a temperature.
      const after = `---\nmodel: "${to}"\nconfig:\n  maxOutputTokens: 300\n---\n{{q}}`;
      assert.equal(applyEdits(prompt, fix?.edits ?? []), after);
    });
});
