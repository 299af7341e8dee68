/** Langfuse's tables (packages/shared, ClickHouse migrations; v4: PR 14812), with the columns that are read and a few others, and rows by hand. */
const LONG = 'x'.repeat(300);

const OBSERVATION = `project_id String, trace_id String, type LowCardinality(String), start_time DateTime64(3), end_time Nullable(DateTime64(3)), name String,
  level LowCardinality(String), status_message Nullable(String), provided_model_name Nullable(String), model_parameters Nullable(String),
  usage_details Map(LowCardinality(String), UInt64), cost_details Map(LowCardinality(String), Decimal64(12)), total_cost Nullable(Decimal64(12)),
  completion_start_time Nullable(DateTime64(3)), prompt_name Nullable(String), prompt_version Nullable(UInt16), environment LowCardinality(String),
  event_ts DateTime64(3), is_deleted UInt8`;
const SCORES = (
  database: string,
): string => `CREATE TABLE ${database}.scores (id String, timestamp DateTime64(3), project_id String, trace_id String, observation_id Nullable(String),
  name String, value Float64, source String, comment Nullable(String), author_user_id Nullable(String), data_type String, string_value Nullable(String),
  event_ts DateTime64(3), is_deleted UInt8) ENGINE = ReplacingMergeTree(event_ts, is_deleted) PARTITION BY toYYYYMM(timestamp) ORDER BY (project_id, toDate(timestamp), name, id)`;

export const LANGFUSE_TABLES: readonly string[] = [
  `CREATE TABLE gs_three.observations (id String, parent_observation_id Nullable(String), metadata Map(LowCardinality(String), String), input Nullable(String), output Nullable(String), ${OBSERVATION})
    ENGINE = ReplacingMergeTree(event_ts, is_deleted) PARTITION BY toYYYYMM(start_time) ORDER BY (project_id, type, toDate(start_time), id)`,
  `CREATE TABLE gs_three.traces (id String, timestamp DateTime64(3), name String, user_id Nullable(String), metadata Map(LowCardinality(String), String), release Nullable(String),
    project_id String, session_id Nullable(String), event_ts DateTime64(3), is_deleted UInt8) ENGINE = ReplacingMergeTree(event_ts, is_deleted) PARTITION BY toYYYYMM(timestamp) ORDER BY (project_id, toDate(timestamp), id)`,
  SCORES('gs_three'),
  ...['events_full', 'events_core'].map(
    (
      table,
    ) => `CREATE TABLE gs_four.${table} (span_id String, parent_span_id String, trace_name String, user_id String, session_id String, release String,
    metadata_names Array(String), metadata_values Array(String), input String, output String, ${OBSERVATION})
    ENGINE = ReplacingMergeTree(event_ts, is_deleted) PARTITION BY toYYYYMM(start_time) ORDER BY (project_id, toStartOfMinute(start_time), xxHash32(trace_id), span_id, start_time) SAMPLE BY xxHash32(trace_id)`,
  ),
  SCORES('gs_four'),
];

const common = {
  ...{
    project_id: 'p',
    trace_id: 'trace-1',
    type: 'GENERATION',
    start_time: '2026-11-03 09:00:00.100',
    end_time: '2026-11-03 09:00:02.100',
  },
  ...{ name: 'answer', level: 'DEFAULT', provided_model_name: 'gpt-6-luna', model_parameters: '{"temperature":0.2}' },
  ...{ usage_details: { input: 100, input_cached_tokens: 20, output: 30 }, cost_details: { total: 0.002 }, total_cost: 0.002 },
  ...{ prompt_name: 'answer', prompt_version: 4, environment: 'production', is_deleted: 0 },
};
const text = { input: '[{"role":"user","content":"When?"}]', output: JSON.stringify({ role: 'assistant', content: LONG }) };
/** In the order in which they were inserted: an older state, the newest, one that was deleted, one of another type. */
const rowsOf = (id: string, more: object): object[] => [
  { ...common, ...more, [id]: 'gen-1', ...text, output: '"draft"', event_ts: '2026-11-03 09:00:01' },
  { ...common, ...more, [id]: 'gen-1', ...text, event_ts: '2026-11-03 09:00:05' },
  { ...common, ...more, [id]: 'gen-2', ...text, event_ts: '2026-11-03 09:00:01' },
  { ...common, ...more, [id]: 'gen-2', ...text, event_ts: '2026-11-03 09:00:09', is_deleted: 1 },
  { ...common, ...more, [id]: 'span-1', ...text, type: 'SPAN', event_ts: '2026-11-03 09:00:01' },
];
const score = {
  ...{
    id: 's-1',
    project_id: 'p',
    trace_id: 'trace-1',
    observation_id: 'gen-1',
    name: 'user_feedback',
    source: 'API',
    data_type: 'NUMERIC',
  },
  ...{ timestamp: '2026-11-03 10:00:00.000', is_deleted: 0 },
};
const scores = [
  { ...score, value: 1, event_ts: '2026-11-03 10:00:00' },
  { ...score, value: 0, event_ts: '2026-11-03 10:00:05' },
  { ...score, id: 's-2', value: 1, event_ts: '2026-11-03 10:00:00', is_deleted: 1 },
];

const ofFour = { user_id: 'u-1', session_id: 'session-1', release: '1.2', metadata_names: ['tenant'], metadata_values: ['acme'] };

export const LANGFUSE_ROWS: Readonly<Record<string, readonly object[]>> = {
  'gs_three.observations': rowsOf('id', {}),
  'gs_three.traces': [
    {
      ...{ id: 'trace-1', project_id: 'p', timestamp: '2026-11-03 09:00:00.000', name: 'ask', user_id: 'u-1', session_id: 'session-1' },
      metadata: { tenant: 'acme' },
      event_ts: '2026-11-03 09:00:00',
      is_deleted: 0,
    },
  ],
  'gs_three.scores': scores,
  'gs_four.events_full': rowsOf('span_id', ofFour),
  'gs_four.events_core': rowsOf('span_id', { ...ofFour }).map((row) => ({ ...row, output: LONG.slice(0, 200) })),
  'gs_four.scores': scores,
};
