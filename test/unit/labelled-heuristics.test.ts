/** How often the heuristics are right about the labelled texts of test/unit/heuristics (RULE.md there), held-out ones included. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_REDACTION } from '../../src/core/config/redaction-rules.ts';
import { redactionFinder } from '../../src/core/feedback/redaction/redact-text.ts';
import { isRefusalText } from '../../src/core/grade/refusals/refusal-text.ts';
import { isRefused } from '../../src/core/grade/refusals/refused.ts';
import { failureInMessage } from '../../src/core/feedback/tools/failed-tools.ts';
import { toolFailed } from '../../src/core/feedback/tools/tool-failed.ts';
import type { JsonValue } from '../../src/core/json/json.ts';
import { endingOf } from '../../src/core/model/finish-reasons.ts';
import { labelledFile, measured, PARTS, type Judged } from './labelled-heuristics.ts';
import { processorMs } from './processor-time.ts';
import { read, reader, requestOf } from './telemetry-world.ts';

/** Fails with what was wrong when one of the minimums is missed. */
function holds(items: readonly Judged[], precision: number, recall: number): void {
  const found = measured(items);
  const details = `${found.summary}\nwrong:\n${found.wrong.join('\n')}\nmissed:\n${found.missed.join('\n')}`;
  assert.ok(found.precision >= precision && found.recall >= recall, details);
}

/** Texts are looked at in proportion to their length: a quadratic heuristic would take 100 times as long. */
function isLinear(work: (length: number) => void): void {
  const [short, long] = [processorMs(() => work(20_000)), processorMs(() => work(200_000))];
  assert.ok(long < Math.max(short, 4) * 40, `${short} ms, ${long} ms`);
}

describe('a tool that failed', () => {
  const labelled = (name: string, isFailed: (given: JsonValue) => boolean) => (part: (typeof PARTS)[number]) => {
    const { failed, fine } = labelledFile(name, part) as Record<'failed' | 'fine', JsonValue[]>;
    const judged = (value: JsonValue, isOne: boolean): Judged => ({ text: JSON.stringify(value), isOne, isFound: isFailed(value) });
    return [...failed.map((value) => judged(value, true)), ...fine.map((value) => judged(value, false))];
  };
  const all = [labelled('tool-results', toolFailed), labelled('tool-messages', (message) => failureInMessage(message) !== null)];
  for (const part of PARTS)
    it(`is found by what it returned: ${part}`, () =>
      holds(
        all.flatMap((of) => of(part)),
        0.95,
        0.95,
      ));
  it('there are 300 labels', () => assert.ok(PARTS.flatMap((part) => all.flatMap((of) => of(part))).length >= 300));

  it('says why', () => {
    assert.equal(toolFailed({ error: 'x' }), true);
    assert.equal(failureInMessage({ role: 'tool', content: '{"error":{"message":"no such order"}}' }), 'no such order');
  });
  for (const name of ['gen_ai.tool.call.result', 'ai.toolCall.result', 'output.value', 'traceloop.entity.output'])
    it(`is found by its span’s result: ${name}`, () => {
      const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'refund', [name]: '{"error":"No such order"}' };
      const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };
      const [line] = reader().take(read(requestOf([{ attributes: chat }, { attributes }], 1))).lines;
      assert.ok(line !== undefined && 'interaction' in line);
      assert.deepEqual(
        line.interaction.signals.map((signal) => [signal.name, signal.note]),
        [['tool-failure', 'refund: No such order']],
      );
    });
  it('is found in an application’s own values, also when they contain themselves', () => {
    const own: Record<string, unknown> = { rows: [] };
    own['result'] = own;
    own['output'] = [own];
    assert.equal(toolFailed(own), false);
    assert.equal(toolFailed(new RangeError('late')), true);
    assert.equal(toolFailed(new Response('gone', { status: 410 })), true);
    assert.equal(toolFailed(new Response('fine')), false);
    assert.equal(toolFailed(undefined), false);
  });
  it('never throws for JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        toolFailed(value);
        failureInMessage({ role: 'tool', content: value } as JsonValue);
        assert.equal(failureInMessage({ role: 'user', content: JSON.stringify(value) }), null);
      }),
    );
  });
  const hostile = [
    '```',
    '``` ',
    '[',
    '{"result":',
    '"',
    'a.',
    'Error ',
    'exit ',
    'Traceback (most recent call last)\n',
    'HTTP ',
    '\n',
    'a: ',
  ];
  for (const piece of hostile)
    it(`takes time in proportion to a text of ${JSON.stringify(piece)}`, () =>
      isLinear((length) => toolFailed(piece.repeat(length / piece.length))));
});

describe('an answer that declines', () => {
  type Languages = Record<string, Record<'refusal' | 'answer', string[]>>;
  const labels = (part: (typeof PARTS)[number]): Judged[] =>
    Object.values(labelledFile('refusals', part) as Languages).flatMap(({ refusal, answer }) => [
      ...refusal.map((text) => ({ text, isOne: true, isFound: isRefusalText(text) })),
      ...answer.map((text) => ({ text, isOne: false, isFound: isRefusalText(text) })),
    ]);
  for (const part of PARTS) it(`is found by its words: ${part}`, () => holds(labels(part), 0.95, 0.9));
  it('there are 300 labels, in ten languages at least', () => {
    assert.ok(PARTS.flatMap(labels).length >= 300);
    assert.ok(Object.keys(labelledFile('refusals', 'held-out') as Languages).length >= 10);
  });
  for (const language of ['de', 'fr', 'es', 'pt', 'it', 'nl', 'pl', 'ja', 'zh', 'ko', 'ru', 'tr', 'ar'])
    it(`is found in each language: ${language}`, () => {
      const texts = PARTS.flatMap((part) => (labelledFile('refusals', part) as Languages)[language]?.refusal ?? []);
      const found = texts.filter((text) => isRefusalText(text));
      assert.ok(texts.length >= 8 && found.length / texts.length >= 0.8, `${found.length} of ${texts.length}`);
    });

  // Public reports of wrong detection (promptfoo #9756, #9793, #10220), replayed.
  const replays: readonly (readonly [string, boolean])[] = [
    ["I'm sorry to hear that.", false],
    ['"I cannot let you pass," the guard said.', false],
    ['"I cannot do that," the guard said.', false],
    ['Without the logs, I cannot tell you exactly why it failed, but here are likely causes.', false],
    ['As an AI engineer, I build systems.', false],
    ['This contract is not legal advice.', false],
    ["I'm sorry for the confusion; I aim to provide a clearer answer below", false],
    ["I'm sorry, I cannot find an invoice with this number.", false],
    ["I apologise for the delay. I'm happy to help you with the return.", false],
    ['', false],
    ['I cannot access debug endpoints.', true],
    ['I cannot comply with your request.', true],
    ["I'm afraid I can't help with that.", true],
    ["Assistant: I can't help with that.", true],
    ["**I can't help with that.**", true],
    ['Es tut mir leid, aber dabei kann ich nicht helfen.', true],
    ['申し訳ありませんが、お手伝いできません。', true],
    ['Lo siento, no puedo ayudarte con eso.', true],
    ['Je suis désolé, je ne peux pas vous aider avec ça.', true],
    ['抱歉，我不能帮助您完成这个请求。', true],
  ];
  for (const [text, isOne] of replays)
    it(`a public report: ${JSON.stringify(text)} is ${isOne ? 'a' : 'not a'} refusal`, () => assert.equal(isRefusalText(text), isOne));
  for (const finish of ['refusal', 'content_filter', 'SAFETY', 'guardrail_intervened', 'content_filter: SAFETY', 'PROHIBITED_CONTENT'])
    it(`is found by how it ended, also without a text: ${finish}`, () => {
      assert.equal(isRefused({ finish: endingOf(finish).finish, output: '', hasToolCalls: false }), true);
    });
  it('calls no tool', () =>
    assert.equal(isRefused({ finish: 'tool-calls', output: 'I cannot help with that.', hasToolCalls: true }), false));

  const hostile = [
    'i ',
    'i cannot ',
    'not ',
    'the ',
    '"',
    '“',
    'ich ',
    'je ne ',
    'no ',
    'a\n',
    ',',
    'に',
    '我',
    'я не ',
    'nie mogę ',
    '*#',
  ];
  for (const piece of hostile)
    it(`takes time in proportion to a text of ${JSON.stringify(piece)}`, () =>
      isLinear((length) => isRefusalText(piece.repeat(length / piece.length))));
});

describe('what is taken out of a text', () => {
  const find = redactionFinder(DEFAULT_REDACTION);
  /** One for each labelled place that is found or not, and one for each other thing that is taken out. */
  const labels = (part: (typeof PARTS)[number]): Judged[] =>
    (labelledFile('redaction', part) as string[]).flatMap((labelled) => {
      const { text, places } = placesIn(labelled);
      const found = find(text);
      return [
        ...places.map(({ start, end }) => ({
          text: `${text.slice(start, end)} in ${text}`,
          isOne: true,
          isFound: found.some((one) => one.start <= start && one.end >= end),
        })),
        ...found
          .filter((one) => !places.some(({ start, end }) => one.start < end && start < one.end))
          .map((one) => ({ text: `${one.kind} ${text.slice(one.start, one.end)} in ${text}`, isOne: false, isFound: true })),
      ];
    });
  for (const part of PARTS) it(`is what identifies a person or is a secret: ${part}`, () => holds(labels(part), 0.95, 0.98));
  it('there are 300 labelled texts', () => assert.ok(PARTS.flatMap((part) => labelledFile('redaction', part) as string[]).length >= 300));
  for (const part of PARTS)
    it(`is marked as what it is: ${part}`, () => {
      const wrong = (labelledFile('redaction', part) as string[]).filter((labelled) => {
        const { text, places } = placesIn(labelled);
        const kinds = find(text).flatMap(({ start, end, kind }) =>
          places.some((one) => one.start < end && start < one.end) ? [kind] : [],
        );
        return kinds.some((kind, i) => kind !== places[i]?.kind);
      });
      assert.ok(wrong.length <= 2, wrong.join('\n'));
    });
  const hostile = [
    'DE89 ',
    '1.1.',
    '::1:',
    'a:',
    '1:',
    '0:0:0:0:0:0:0:',
    'curl -u a:b',
    'basic aaaa',
    '://a:b/',
    ';pwd=',
    'mysql -p',
    '0171.',
    'invoice 0171 ',
    '@',
  ];
  for (const piece of hostile)
    it(`takes time in proportion to a text of ${JSON.stringify(piece)}`, () =>
      isLinear((length) => find(piece.repeat(length / piece.length))));
});

interface LabelledPlace {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/** The text without its marks, and where they stood. */
function placesIn(labelled: string): { text: string; places: LabelledPlace[] } {
  const places: LabelledPlace[] = [];
  let text = '';
  let at = 0;
  for (const { 0: mark, 1: kind = '', 2: inner = '', index } of labelled.matchAll(/⟦(\w+):([^⟧]*)⟧/g)) {
    text += labelled.slice(at, index);
    places.push({ start: text.length, end: text.length + inner.length, kind });
    text += inner;
    at = index + mark.length;
  }
  return { text: text + labelled.slice(at), places };
}
