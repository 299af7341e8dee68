/** Lines of `feedback/BY.jsonl`, names of people in files, and the union of what several people said. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decisionsIn, followUpOn, unionOfFollowUps } from '../../src/core/feedback/interactions/follow-up.ts';
import { readSharedLine, sharedLine } from '../../src/core/feedback/interactions/shared-feedback.ts';
import { personFile, shownPerson } from '../../src/core/display/person-name.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const correction = {
  kind: 'explicit',
  name: 'correction',
  value: 'refund',
  annotator: 'human',
  by: 'Ana',
  time: null,
  note: null,
} as const;

describe('a line of feedback/BY.jsonl', () => {
  it('says who decided what about which interaction, and nothing else of it', () => {
    const dismissed = followUpOn('8f2c', '2026-11-20T10:00:00.000Z', { triage: 'dismissed', reason: 'spam' });
    const line = sharedLine({ ...dismissed, chunks: [{ id: null, text: 'a passage', score: null }] }, 'Ana Ö');
    assert.deepEqual(JSON.parse(line), {
      schema: 'goldset.follow-up/1',
      of: { interaction: '8f2c' },
      time: '2026-11-20T10:00:00.000Z',
      by: 'Ana Ö',
      triage: 'dismissed',
      reason: 'spam',
    });
    assert.deepEqual(readSharedLine(line, NOW), { ...dismissed, by: 'Ana Ö' });
    const corrected = followUpOn('8f2c', '2026-11-20T10:00:00.000Z', { signals: [correction] });
    assert.deepEqual(readSharedLine(sharedLine(corrected, 'Ana'), NOW), { ...corrected, by: 'Ana' });
  });
  const of = { interaction: 'a' };
  const time = '2026-11-20T10:00:00Z';
  for (const [what, given, problem] of [
    ['text', 'hello', /not a JSON object/],
    ['a record', { id: 'a', time, output: 'secret' }, /only decisions and corrections/],
    ['another version', { schema: 'goldset.follow-up/9', of, time, triage: 'case' }, /newer version/],
    ['a state that it cannot know', { of, time, triage: 'approved' }, /`triage` must be open, case, dismissed/],
    ['an answer’s id', { of: { response: 'r' }, time, triage: 'case' }, /must name an `interaction`\./],
    ['a whole conversation', { of: { interaction: 'a', conversation: 'c' }, time, triage: 'case' }, /`interaction` only/],
    ['a time that would always win', { of, time: '2099-01-01T00:00:00Z', triage: 'dismissed' }, /in the future/],
    ['no time', { of, triage: 'dismissed' }, /`time`/],
    ['nothing', { of, time }, /neither/],
    ['a thumb', { of, time, signals: [{ kind: 'explicit', name: 'thumb', value: -1 }] }, /must be text/],
    ['a thumb in words', { of, time, signals: [{ kind: 'explicit', name: 'thumb', value: 'down' }] }, /only decisions and corrections/],
    ['a correction by a model', { of, time, signals: [{ ...correction, annotator: 'model' }] }, /only decisions and corrections/],
    ['passages', { of, time, triage: 'open', chunks: ['a passage'] }, /only decisions and corrections/],
    ['a reason that is no text', { of, time, triage: 'dismissed', reason: { a: 1 } }, /must be text/],
    ['a correction of many megabytes', { of, time, signals: [{ ...correction, value: 'x'.repeat(200_000) }] }, /at most 100000/],
    ['a name of many lines', { of, time, triage: 'open', by: 'x'.repeat(500) }, /too long/],
  ] as const)
    it(`is refused when it is ${what}`, () => {
      const read = readSharedLine(typeof given === 'string' ? given : JSON.stringify(given), NOW);
      assert.ok('problem' in read, JSON.stringify(read));
      assert.match(read.problem, problem);
    });
  it('never throws, whatever it holds', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void readSharedLine(text, NOW)));
  });
});

describe('what several people decided', () => {
  const at = (hour: number, by: string, triage: 'case' | 'dismissed' | 'open') => ({
    ...followUpOn('a', `2026-11-20T${hour}:00:00.000Z`, { triage }),
    by,
  });
  it('is in the order of time, with what stands on both sides once', () => {
    const [ana, ben, later] = [at(10, 'Ana', 'case'), at(11, 'Ben', 'dismissed'), at(12, 'Ana', 'open')];
    assert.deepEqual(unionOfFollowUps([later, ana], [ben, ana]), [ana, ben, later]);
    assert.deepEqual(
      decisionsIn([ana, ben, later]).map(({ by, triage }) => [by, triage]),
      [
        ['Ana', 'open'],
        ['Ben', 'dismissed'],
      ],
    );
  });
});

describe('a person’s file', () => {
  const hash = (): string => '0123456789abcdef';
  for (const [given, wanted] of [
    [{ chosen: null, name: 'Ana Öztürk', email: 'ana@example.com' }, 'ana-ozturk'],
    [{ chosen: 'ana2', name: 'Ana', email: 'ana@example.com' }, 'ana2'],
    [{ chosen: null, name: 'ana.o@example.com', email: 'other@example.com' }, 'ana-o'],
    [{ chosen: null, name: '', email: 'ana.o@example.com' }, 'ana-o'],
    [{ chosen: null, name: '王伟', email: 'wei@example.com' }, 'wei'],
    [{ chosen: null, name: '王伟', email: '伟@example.com' }, 'person-01234567'],
    [{ chosen: '../../x', name: 'Ana', email: '' }, 'x'],
    [{ chosen: 'CON', name: '', email: '' }, 'con-1'],
    [{ chosen: null, name: 'x'.repeat(100), email: '' }, 'x'.repeat(40)],
  ] as const)
    it(`of ${JSON.stringify(given)} is ${wanted}`, () => assert.equal(personFile(given, hash), wanted));
  it('and their name hold no address', () => {
    assert.equal(shownPerson('ana.o@example.com'), 'ana.o');
    assert.equal(shownPerson('Ana <ana.o@example.com>'), 'Ana <ana.o>');
    fc.assert(
      fc.property(fc.string(), fc.emailAddress(), (name, email) => !/[^a-z0-9-]/.test(personFile({ chosen: null, name, email }, hash))),
    );
  });
});
