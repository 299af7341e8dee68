/** Rows of the Collector's ClickHouse tables: events with their attributes, columns of the type JSON, log records. */
import assert from 'node:assert/strict';
import { feedbackOfLog } from '../../src/core/feedback/logs/otlp/feedback.ts';
import { logOfRow, spanOfRow } from '../../src/core/feedback/logs/otlp/span-rows.ts';
import type { JsonObject } from '../../src/core/json/json.ts';

const ROW: JsonObject = {
  ...{ Timestamp: '2026-11-02 09:00:00.100200300', TraceId: '0af7651916cd43dd8448eb211c80319d', SpanId: '00f067aa0ba902a1' },
  ...{ SpanName: 'chat', ParentSpanId: '', Duration: '1500000000', StatusCode: 'Unset', ResourceAttributes: {} },
};

describe('a row of the Collector’s tables', () => {
  it('keeps the attributes of its events', () => {
    const span = spanOfRow({
      ...{ ...ROW, SpanAttributes: {}, 'Events.Timestamp': ['2026-11-02 09:00:01.000000000'], 'Events.Name': ['gen_ai.evaluation.result'] },
      'Events.Attributes': [{ 'gen_ai.evaluation.name': 'thumb' }],
    });
    assert.ok(!('problem' in span));
    assert.deepEqual(span.events, [
      {
        name: 'gen_ai.evaluation.result',
        timeMs: Date.parse('2026-11-02T09:00:01Z'),
        attributes: new Map([['gen_ai.evaluation.name', 'thumb']]),
      },
    ]);
  });
  it('has the same names whether attributes are a Map or JSON', () => {
    const map = spanOfRow({ ...ROW, SpanAttributes: { 'gen_ai.request.model': 'm', 'gen_ai.request.top_k': '3' } });
    const json = spanOfRow({ ...ROW, SpanAttributes: { gen_ai: { request: { model: 'm', top_k: 3 } } } });
    assert.ok(!('problem' in map) && !('problem' in json));
    assert.deepEqual(json.attributes, map.attributes);
    assert.equal(json.endMs, map.startMs === null ? null : map.startMs + 1500);
  });
  it('does not follow JSON that is nested without end', () => {
    let deep: JsonObject = { end: 1 };
    for (let i = 0; i < 5000; i++) deep = { a: deep };
    const span = spanOfRow({ ...ROW, SpanAttributes: deep });
    assert.ok(!('problem' in span) && span.attributes.size === 1);
  });
  it('is a log record with its event, by either name', () => {
    const row = { Timestamp: '2026-11-02 09:00:01', TraceId: ROW['TraceId'] ?? '', SpanId: '', Body: '{"content":"hi"}' };
    const named = logOfRow({ ...row, EventName: 'gen_ai.choice', LogAttributes: {} });
    const before = logOfRow({ ...row, LogAttributes: { 'event.name': 'gen_ai.choice' } });
    for (const log of [named, before])
      assert.deepEqual([log.eventName, log.traceId, log.spanId, log.body], ['gen_ai.choice', ROW['TraceId'], null, { content: 'hi' }]);
  });
  it('says a score and a retraction, although a Map holds texts', () => {
    const said = (attributes: JsonObject): unknown =>
      feedbackOfLog(
        logOfRow({ Timestamp: '2026-11-02 09:00:01', Body: '', EventName: 'gen_ai.evaluation.result', LogAttributes: attributes }),
      ).map(({ signal }) => signal.value);
    const name = { 'gen_ai.evaluation.name': 'grounded', 'gen_ai.response.id': 'r-1' };
    assert.deepEqual(said({ ...name, 'gen_ai.evaluation.score.value': '0.5' }), [0.5]);
    assert.deepEqual(said({ ...name, 'gen_ai.evaluation.score.value': '1', 'gen_ai.evaluation.score.label': 'true' }), [true]);
    assert.deepEqual(said({ ...name, 'goldset.signal.retracted': 'true' }), [null]);
  });
});
