/**
 * A month of made-up spans in the Collector's table, made by the engine itself: each trace is a question to an application that searches and
 * asks a model once. A new version breaks its prefix on day 24, and 2 % of the calls have a thumb.
 */

/** Of a trace: the request, the search, the query of its index, the call of the model, and what is stored of it. */
export const SPANS_PER_CALL = 5;
export const DAYS = 30;
export const DATABASE = 'bench';

/** The words of the texts: w0 … w1999. */
const word = (seed: string, i: string): string => `concat('w', toString(cityHash64(${seed}, ${i}) % 2000))`;
const words = (seed: string, count: number): string => `arrayStringConcat(arrayMap(i -> ${word(seed, 'i')}, range(${count})), ' ')`;

const ATTRIBUTES = 'Map(LowCardinality(String), String)';
const call = (call: string): string => `map(
  'gen_ai.operation.name', 'chat', 'gen_ai.provider.name', 'openai', 'gen_ai.request.model', 'gpt-4.1-mini',
  'gen_ai.prompt.name', 'answer', 'gen_ai.prompt.version', version, 'user.id', concat('u', toString(${call} % 5000)),
  'gen_ai.response.id', concat('chatcmpl-', toString(${call})), 'gen_ai.response.finish_reasons', '["stop"]',
  'gen_ai.usage.input_tokens', toString(1500 + ${call} % 900), 'gen_ai.usage.output_tokens', toString(60 + ${call} % 200),
  'gen_ai.usage.cache_read.input_tokens', if(version = '3', '1024', '0'), 'gen_ai.response.time_to_first_chunk', '0.4',
  'gen_ai.input.messages', concat('[{"role":"system","parts":[{"type":"text","content":"You answer questions about orders, only from the passages."}]},{"role":"user","parts":[{"type":"text","content":"', ${words(`${call}, 1`, 90)}, ' ', ${words(`${call}, 2`, 12)}, '?"}]}]'),
  'gen_ai.output.messages', concat('[{"role":"assistant","parts":[{"type":"text","content":"', ${words(`${call}, 3`, 40)}, '."}],"finish_reason":"stop"}]'))`;

/** The rows of one day. `calls`: of each day. `start`: its first ms. */
export function insertsOf(day: number, calls: number, start: number): string[] {
  const first = day * calls;
  const time = `fromUnixTimestamp64Milli(toInt64(${start}) + toInt64((n - ${first}) * ${86_000_000 / calls}), 'UTC')`;
  const attributes = [
    `map('http.request.method', 'POST', 'http.route', '/ask', 'http.response.status_code', '200', 'tenant', concat('t', toString(n % 40)))`,
    `map('gen_ai.operation.name', 'retrieval', 'gen_ai.retrieval.documents', concat('[{"id":"d', toString(n % 9000), '","score":0.', toString(50 + n % 40), '}]'))`,
    `map('db.system.name', 'postgresql', 'db.query.text', 'SELECT id, text FROM passages ORDER BY embedding <=> $1 LIMIT 5')`,
    call('n'),
    `map('db.system.name', 'postgresql', 'db.query.text', 'INSERT INTO answers (question, answer) VALUES ($1, $2)')`,
  ].map((map) => `CAST(${map}, '${ATTRIBUTES}')`);
  const of = (values: readonly string[]): string =>
    `multiIf(${values.map((value, k) => (k < 4 ? `k = ${k}, ${value}` : value)).join(', ')})`;
  return [
    `INSERT INTO ${DATABASE}.otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, ResourceAttributes, SpanAttributes, Duration, StatusCode)
     SELECT ${time} + toIntervalMillisecond(10 * k) AS at, lower(hex(sipHash128(n))) AS trace, lower(hex(sipHash64(n, k))) AS span,
       if(k = 0, '', lower(hex(sipHash64(n, 0)))) AS parent, ${of(["'POST /ask'", "'retrieve'", "'SELECT'", "'chat gpt-4.1-mini'", "'INSERT'"])} AS name,
       if(k = 0, 'Server', 'Client') AS kind, 'answers' AS service, map('service.name', 'answers', 'service.version', '5') AS resource,
       ${of(attributes)} AS attributes, toUInt64(900000000) AS duration, 'Unset' AS code
     FROM (SELECT ${first} + intDiv(number, ${SPANS_PER_CALL}) AS n, number % ${SPANS_PER_CALL} AS k, '${day < 24 ? 3 : 4}' AS version FROM numbers(${calls * SPANS_PER_CALL}))`,
    `INSERT INTO ${DATABASE}.otel_logs (Timestamp, TraceId, SpanId, ServiceName, Body, LogAttributes, EventName)
     SELECT ${time} + toIntervalSecond(60) AS at, lower(hex(sipHash128(n))) AS trace, lower(hex(sipHash64(n, 3))) AS span, 'answers' AS service, '' AS body,
       map('gen_ai.evaluation.name', 'thumb', 'gen_ai.evaluation.score.label', if(n % 150 = 0, 'down', 'up'), 'gen_ai.response.id', concat('chatcmpl-', toString(n))) AS attributes,
       'gen_ai.evaluation.result' AS event
     FROM (SELECT ${first} + number AS n FROM numbers(${calls}) WHERE number % 50 = 0)`,
  ];
}
