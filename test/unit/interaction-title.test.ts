/** The title of an interaction is the question, whatever came with it. */
import assert from 'node:assert/strict';
import { titleOf } from '../../src/core/feedback/interactions/interaction-title.ts';

const PASSAGES = 'Passage 1: parcels arrive within five days of dispatch. '.repeat(20);
const RENDERED = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Where is it?' },
  { role: 'assistant', content: 'Which one?' },
  { role: 'user', content: 'The blue\n  parcel.' },
];

describe('the title of an interaction', () => {
  it('is the field that goldset.yaml names, then what the prompt declares, then the last message of the user', () => {
    const variables = { passages: PASSAGES, question: 'How long?', language: 'en' };
    assert.equal(titleOf({ variables, messages: RENDERED }, ['question', 'language']), 'How long?');
    assert.equal(titleOf({ variables, messages: RENDERED }, ['missing', 'language']), 'en');
    assert.equal(titleOf({ variables, messages: RENDERED }), 'The blue parcel.');
  });
  it('is never the longest text only because it is long', () => {
    assert.equal(titleOf({ variables: { passages: PASSAGES, question: 'How long?' }, messages: [] }, ['question']), 'How long?');
    assert.equal(titleOf({ variables: { question: 'How long?', passages: PASSAGES }, messages: [] }), 'How long?');
  });
  it('goes past a field that is empty, and takes a field of a field, a number and a list', () => {
    const variables = { question: '  ', input: { question: 'Why?' }, count: 3, tags: ['a', 'b'] };
    assert.equal(titleOf({ variables, messages: [] }, ['question', 'input.question']), 'Why?');
    assert.equal(titleOf({ variables, messages: [] }, ['count']), '3');
    assert.equal(titleOf({ variables, messages: [] }, ['tags']), '[ "a", "b" ]');
    assert.equal(titleOf({ variables: { 'input.question': 'dotted' }, messages: [] }, ['input.question']), 'dotted');
    assert.equal(titleOf({ variables: {}, messages: [] }, ['__proto__', 'constructor.name']), '');
  });
  it('leaves pictures out of a message, and reads the forms of the providers', () => {
    const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(5000)}` } };
    const said = (message: object): string => titleOf({ variables: {}, messages: [JSON.parse(JSON.stringify(message))] });
    assert.equal(said({ role: 'user', content: [picture, { type: 'text', text: 'What is on it?' }] }), 'What is on it?');
    assert.equal(said({ role: 'user', parts: [{ type: 'text', content: 'From OpenTelemetry' }] }), 'From OpenTelemetry');
    assert.equal(said({ role: 'user', content: [picture] }), '');
    assert.equal(said({ role: 'assistant', content: 'Not asked.' }), '');
  });
  it('is one line of at most 160 characters', () => {
    assert.equal(titleOf({ variables: {}, messages: [{ role: 'user', content: 'x'.repeat(1000) }] }).length, 161);
  });
});
