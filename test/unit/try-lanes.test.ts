/** A lane of the playground: what it shows follows from what was sent and what arrived, in every order. */
import assert from 'node:assert/strict';
import type { TryAnswer, TryPrompt } from '../../src/protocol/try.ts';
import { LaneReplay } from '../../src/extension/try/lane-replay.ts';
import { copyFormOf, followUpOf, requestOf } from '../../src/extension/try/try-requests.ts';
import { fillGroups, fillOf } from '../../src/webview/try/fill.ts';
import { keptLane, laneAfter, sentLane, turnsFromEdit, turnsWithAnswer, withToolResults } from '../../src/webview/try/lane-run.ts';
import { shortModelName } from '../../src/core/model-id.ts';
import { effortsOf, withChangedLane, withLane } from '../../src/webview/try/lanes.ts';

const answer = (change: Partial<TryAnswer> = {}): TryAnswer => ({
  lane: 'lane-1',
  text: 'refund',
  thinking: '',
  format: 'text',
  toolCalls: [],
  schema: null,
  finish: 'stop',
  source: 'scripted',
  tokens: null,
  costUsd: null,
  wouldCost: true,
  ttftMs: 120,
  latencyMs: 400,
  sentWithout: [],
  problem: null,
  id: 'try-1',
  ...change,
});
const PROMPT = [
  { role: 'system', text: 'Sort tickets.' },
  { role: 'user', text: 'It broke.' },
] as const;

describe('a lane of the playground', () => {
  it('gathers what streams, keeps the time of the first piece, and gives way to the whole answer', () => {
    let lane = sentLane(PROMPT);
    lane = laneAfter(lane, { type: 'waiting', note: 'rate limited, retrying in 4 s' });
    assert.deepEqual([lane.state, lane.note], ['running', 'rate limited, retrying in 4 s']);
    lane = laneAfter(lane, { type: 'streamed', text: '', thinking: 'A fault', ttftMs: 90 });
    lane = laneAfter(lane, { type: 'streamed', text: 're', thinking: '.', ttftMs: null });
    lane = laneAfter(lane, { type: 'streamed', text: 'fund', thinking: '', ttftMs: 200 });
    assert.deepEqual([lane.text, lane.thinking, lane.ttftMs, lane.note], ['refund', 'A fault.', 90, null]);
    lane = laneAfter(lane, { type: 'answered', answer: answer() });
    assert.deepEqual([lane.state, lane.text, lane.answer?.text], ['answered', '', 'refund']);
    assert.equal(laneAfter(lane, { type: 'ended' }), lane, 'an answer that is there is not interrupted');
  });

  it('says that an answer was interrupted, until something of it arrives', () => {
    const interrupted = laneAfter(laneAfter(sentLane(PROMPT), { type: 'streamed', text: 're', thinking: '', ttftMs: 90 }), {
      type: 'ended',
    });
    assert.deepEqual([interrupted.state, interrupted.text], ['interrupted', 're']);
    assert.equal(laneAfter(interrupted, { type: 'streamed', text: 'fund', thinking: '', ttftMs: null }).state, 'running');
  });

  it('continues with the answer as a turn, and with the calls of tools as a kept conversation has them', () => {
    const lane = laneAfter(sentLane(PROMPT), { type: 'answered', answer: answer() });
    assert.deepEqual(turnsWithAnswer(lane), [...PROMPT, { role: 'assistant', text: 'refund' }]);
    const toolCalls = [
      { name: 'find', arguments: '{"id":1}' },
      { name: 'find', arguments: '{"id":2}' },
    ];
    const called = laneAfter(sentLane(PROMPT), { type: 'answered', answer: answer({ text: '', toolCalls }) });
    const after = withToolResults(called, ['none', 'one']);
    assert.deepEqual(after.turns, [
      ...PROMPT,
      { role: 'assistant', text: '→ find {"id":1}→ find {"id":2}' },
      { role: 'tool', text: 'noneone' },
    ]);
    assert.deepEqual([after.state, after.ofPrompt], ['running', 2]);
    assert.deepEqual(turnsWithAnswer(sentLane(PROMPT)), PROMPT, 'nothing was answered');
  });

  it('goes on from an edited turn: later turns are gone, but the messages of the prompt stay together', () => {
    const turns = [...PROMPT, { role: 'assistant', text: 'refund' }, { role: 'user', text: 'Why?' }] as const;
    assert.deepEqual(turnsFromEdit({ turns, ofPrompt: 2 }, 3, 'How?'), [...turns.slice(0, 3), { role: 'user', text: 'How?' }]);
    assert.deepEqual(turnsFromEdit({ turns, ofPrompt: 2 }, 2, 'none'), [...PROMPT, { role: 'assistant', text: 'none' }]);
    assert.deepEqual(turnsFromEdit({ turns, ofPrompt: 2 }, 0, 'Be brief.'), [{ role: 'system', text: 'Be brief.' }, PROMPT[1]]);
  });

  it('of a kept try shows the last answer as the answer and not as a turn', () => {
    const said = [...PROMPT, { role: 'assistant', text: 'a' }, { role: 'user', text: 'b' }, { role: 'assistant', text: 'refund' }] as const;
    const lane = keptLane(said, answer());
    assert.deepEqual(lane.turns, said.slice(0, 4));
    assert.deepEqual([lane.ofPrompt, lane.state], [2, 'answered']);
    assert.deepEqual(turnsWithAnswer(lane), said);
  });
});

describe('the models of the playground', () => {
  const one = [{ id: 'lane-1', model: 'openai:gpt-6-luna', effort: null }];

  it('are at most four, and never take an id that another had', () => {
    let lanes = withLane(one, 'openai:gpt-6-sol');
    assert.deepEqual(
      lanes.map(({ id }) => id),
      ['lane-1', 'lane-2'],
    );
    lanes = withChangedLane(lanes, 'lane-1', { effort: 'low' });
    assert.deepEqual(lanes[0], { id: 'lane-3', model: 'openai:gpt-6-luna', effort: 'low' });
    for (let i = 0; i < 4; i++) lanes = withLane(lanes, 'a:b');
    assert.equal(lanes.length, 4);
    assert.equal(new Set(lanes.map(({ id }) => id)).size, 4);
    assert.equal(withLane([{ id: 'kept:2026', model: 'a:b', effort: null }], 'a:b')[1]?.id, 'lane-1');
  });

  it('have the efforts that are known of them, and a short name', () => {
    const groups = [{ title: 'openai', models: [{ id: 'openai:gpt-6-luna', note: null, efforts: ['low', 'high'] }] }];
    assert.deepEqual(effortsOf(groups, 'openai:gpt-6-luna'), ['low', 'high']);
    assert.deepEqual(effortsOf(groups, 'openai:other'), []);
    assert.equal(shortModelName('scripted:/work/triage/triage.scripted.yaml'), 'triage.scripted.yaml');
    assert.equal(shortModelName('openrouter:openai/gpt-6-luna'), 'openai/gpt-6-luna');
  });
});

describe('the sources of values', () => {
  const prompt = {
    fields: [{ name: 'ticket' }],
    cases: [{ id: 'a:b', title: 'It broke' }],
    interactions: [{ id: '8f2c', title: '8f2c' }],
  } as unknown as TryPrompt;

  it('can be told apart by what a person chose, whatever their ids', () => {
    const ids = fillGroups(prompt).flatMap(({ items }) => items.map(({ id }) => fillOf(id)));
    assert.deepEqual(ids, [
      { from: 'last', id: '' },
      { from: 'case', id: 'a:b' },
      { from: 'interaction', id: '8f2c' },
    ]);
    assert.deepEqual(fillGroups({ ...prompt, fields: [] }), [], 'there is nothing to fill');
  });
});

describe('the extension’s side of the playground', () => {
  const told = (replay: LaneReplay): unknown[] => {
    const events: unknown[] = [];
    replay.tell({
      changed: () => undefined,
      streamed: (args) => events.push(['streamed', args.lane, args.text, args.ttftMs]),
      waiting: (args) => events.push(['waiting', args.lane, args.note]),
      answered: (args) => events.push(['answered', args.lane, args.text]),
    });
    return events;
  };

  it('tells a page that was hidden what its lanes received, whole, and nothing twice', () => {
    const replay = new LaneReplay();
    replay.begin(['a', 'b', 'c']);
    replay.streamed({ lane: 'a', text: 're', thinking: '', ttftMs: 90 });
    replay.streamed({ lane: 'a', text: 'fund', thinking: '', ttftMs: null });
    replay.waiting({ lane: 'b', note: 'rate limited, retrying in 4 s' });
    replay.answered(answer({ lane: 'c' }), false);
    assert.deepEqual(told(replay), [
      ['streamed', 'a', 'refund', 90],
      ['streamed', 'b', '', null],
      ['waiting', 'b', 'rate limited, retrying in 4 s'],
      ['answered', 'c', 'refund'],
    ]);
    assert.equal(told(replay).length, 3, 'the page has the answer of c');
    replay.begin(['d']);
    replay.forget(['d']);
    assert.equal(told(replay).length, 3, 'nothing was sent of d');
    replay.answered(answer({ lane: 'a' }), true);
    replay.answered(answer({ lane: 'b' }), true);
    assert.deepEqual(told(replay), []);
  });

  it('reads what a page sends, whatever its shape', () => {
    const given = { values: { a: 'x', b: 1 }, lanes: [{ id: 'l', model: 'm', effort: 2 }, { id: 'l' }, null], useCache: 'yes' };
    assert.deepEqual(requestOf(given), { values: { a: 'x' }, lanes: [{ id: 'l', model: 'm', effort: null }], useCache: false });
    assert.deepEqual(requestOf({ values: null, lanes: 'all', useCache: true }), { values: {}, lanes: [], useCache: true });
    const history = [{ role: 'user', text: 'a' }, { role: 'root', text: 'b' }, { role: 'tool' }, 7];
    assert.deepEqual(followUpOf({ lane: 1, history, text: null }), {
      lane: '',
      history: [
        { role: 'user', text: 'a' },
        { role: 'tool', text: '' },
      ],
      text: '',
    });
    assert.deepEqual([copyFormOf('python'), copyFormOf('constructor')], ['python', 'curl']);
  });
});
