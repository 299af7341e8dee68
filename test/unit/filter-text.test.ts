import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attributesText, typedAttributes, readFilter } from '../../src/core/feedback/interactions/filter-text.ts';
import type { Attributes } from '../../src/core/feedback/interactions/interaction.ts';
import { NO_DECLARED_SIGNALS } from '../../src/core/config/declared-signals.ts';
import { briefOf, matchesBrief, type InteractionBrief } from '../../src/core/feedback/interactions/interaction-query.ts';
import { newInteraction } from '../../src/core/feedback/interactions/record-fields.ts';
import { filterOf, INBOX } from '../../src/core/feedback/interactions/interaction-filter.ts';

describe('a filter of interactions as it is typed', () => {
  it('means those that are open, when nothing is said', () => {
    assert.deepEqual(readFilter([]), { filter: INBOX, id: null });
  });

  it('has a state and fields, in one text or in several', () => {
    const wanted = {
      filter: { ...INBOX, triage: 'all', signal: 'thumbs-down', prompt: 'triage', from: '2026-11-01', minUsd: 0.05, text: 'a = b' },
      id: null,
    };
    assert.deepEqual(readFilter(['all, signal=thumbs-down,prompt=triage', 'from=2026-11-01,cost=0.05', 'text=a = b']), wanted);
  });

  it('has attributes alone in a field of their own, which is written as it is read', () => {
    const cases: readonly (readonly [string, ReturnType<typeof typedAttributes>])[] = [
      ['', {}],
      ['tenant=acme', { tenant: 'acme' }],
      [' tenant = acme', null],
      ['tenant=acme,  app.locale=de-CH', { tenant: 'acme', 'app.locale': 'de-CH' }],
      ['name=Zurich, Switzerland, tenant=acme', { name: 'Zurich, Switzerland', tenant: 'acme' }],
      ['query=a=b', { query: 'a=b' }],
      ['acme', null],
      ['tenant=', null],
    ];
    for (const [text, wanted] of cases) assert.deepEqual(typedAttributes(text), wanted, text);
    for (const [, wanted] of cases) if (wanted !== null) assert.deepEqual(typedAttributes(attributesText(wanted)), wanted);
  });

  it('has attributes of the application by their names, all of which must hold', () => {
    const filter = { ...INBOX, attributes: { tenant: 'acme', 'app.seats': '12' } };
    assert.deepEqual(readFilter(['tenant=acme,app.seats=12']), { filter, id: null });
    const brief = (attributes?: Attributes): InteractionBrief => ({
      ...briefOf(
        newInteraction({ id: 'i', time: '2026-11-20T10:00:00.000Z', ...(attributes === undefined ? {} : { attributes }) }),
        [],
        NO_DECLARED_SIGNALS,
      ),
      triage: 'open',
    });
    assert.equal(matchesBrief(brief({ tenant: 'acme', 'app.seats': 12 }), filter), true);
    assert.equal(matchesBrief(brief({ tenant: 'acme' }), filter), false);
    assert.equal(matchesBrief(brief({ tenant: 'other', 'app.seats': 12 }), filter), false);
    assert.equal(matchesBrief(brief(), filter), false);
  });

  it('has the environment and the conversation, which are fields and no attributes', () => {
    const filter = { ...INBOX, environment: 'production', conversation: 'c-1' };
    assert.deepEqual(readFilter(['environment=production', 'conversation=c-1']), { filter, id: null });
    assert.deepEqual(filterOf({ environment: 'production', conversation: 'c-1' }), filter);
    const brief = (environment: string | null, conversation: string | null): InteractionBrief => ({
      ...briefOf(newInteraction({ id: 'i', time: '2026-11-20T10:00:00.000Z', environment, conversation }), [], NO_DECLARED_SIGNALS),
      triage: 'open',
    });
    assert.equal(matchesBrief(brief('production', 'c-1'), filter), true);
    assert.equal(matchesBrief(brief('staging', 'c-1'), filter), false);
    assert.equal(matchesBrief(brief('production', null), filter), false);
  });

  it('means one by its id, whatever its state', () => {
    assert.deepEqual(readFilter(['id=gi_1']), { filter: { ...INBOX, triage: 'all', text: 'gi_1' }, id: 'gi_1' });
  });

  for (const [text, problem] of [
    ['blah', /^"blah" is not a filter\. Use open, case, dismissed, all, signal=…, /],
    ['signal=', /^"signal=" is not a filter/],
    ['promt=triage', /^"promt=triage" is not a filter\. Did you mean prompt\?/],
    ['from=yesterday', /`from` must be a day such as 2026-11-01/],
    ['cost=much', /`cost` must be an amount in US dollars above 0/],
    ['cost=0', /`cost` must be an amount in US dollars above 0/],
  ] as const) {
    it(`says what is wrong with ${text}`, () => {
      const read = readFilter([text]);
      assert.ok('problem' in read);
      assert.match(read.problem, problem);
    });
  }

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        const read = readFilter(texts);
        assert.ok('problem' in read ? read.problem.length > 0 : read.filter.triage.length > 0);
      }),
    );
  });
});
