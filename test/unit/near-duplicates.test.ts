/** Cases that ask almost the same. The shares are counted by hand. */
import assert from 'node:assert/strict';
import { askedText, isNear, NearGroups } from '../../src/core/golden/near-duplicates.ts';

const asked = (question: string) => askedText({ vars: { question } });

describe('cases that ask almost the same', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['How long is the warranty?', 'how long is the   warranty', true],
    ['How long is the warranty for the X9?', 'How long is the warranty for the X9 ?!', true],
    // Of 11 and 11 triples, " ab", "abc" … they share 9: 9 / 13 is below 0.85.
    ['abcdefghijk', 'abcdefghijz', false],
    ['Where is my parcel?', 'How long is the warranty?', false],
    // The same words about something else.
    ['Wie lange dauert die Lieferung nach Wien?', 'Wie lange dauert die Lieferung nach Rom?', false],
    ['保修期多长时间', '保修期多长时间？', true],
    ['', '', false],
  ];
  for (const [a, b, near] of rows)
    it(`“${a}” and “${b}” are ${near ? '' : 'not '}near`, () =>
      assert.deepEqual([isNear(asked(a), asked(b)), isNear(asked(b), asked(a))], [near, near]));

  it('are compared by the question, and by what the user says in a conversation', () => {
    const context = 'A long text that both have, so that it would make them near. '.repeat(5);
    const of = (question: string) => askedText({ vars: { question, context } }, ['context']);
    assert.equal(isNear(of('Where is my parcel?'), of('What does it cost?')), false);
    const said = (text: string) => askedText({ vars: {}, messages: [{ role: 'user', content: [{ text }] }] });
    assert.equal(said('Hi there').text, 'hi there');
  });

  it('get the group that is there, else one of their own, with those that were alone', () => {
    const groups = new NearGroups();
    groups.add('alone', null, asked('Where is my parcel now?'));
    groups.add('g1', 'policy', asked('How long is the warranty?'));
    groups.add('g2', 'policy', asked('What about batteries, are they covered?'));
    assert.deepEqual(groups.placeOf(asked('how long is the warranty')), { group: 'policy', before: 2, joins: [] });
    assert.deepEqual(groups.placeOf(asked('where is my parcel now')), { group: 'near-alone', before: 1, joins: ['alone'] });
    groups.join(['alone'], 'near-alone');
    assert.deepEqual(groups.placeOf(asked('Where is my parcel now')), { group: 'near-alone', before: 1, joins: [] });
    assert.deepEqual(groups.placeOf(asked('Something else')), { group: null, before: 0, joins: [] });
  });
});
