/** Spans as their exporter sends them, without what differs from run to run: ids are counted, times begin at one moment, ports are one. */

const START = 1_793_620_800_000;

/**
 * `request`: of OTLP/JSON. `origin`: the address of the server that was asked.
 * @param {any} request
 * @param {string} origin
 */
export function stable(request, origin) {
  const traces = new Map();
  const spans = new Map();
  const numbered = (map, id, length) => {
    if (!map.has(id)) map.set(id, (map.size + 1).toString(16).padStart(length, '0'));
    return map.get(id);
  };
  const all = request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  all.sort((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1));
  // In steps of 10 ms in the order in which anything happened.
  const times = new Set(
    all
      .flatMap((span) => [span.startTimeUnixNano, span.endTimeUnixNano, ...(span.events ?? []).map((event) => event.timeUnixNano)])
      .map(BigInt),
  );
  const step = new Map([...times].sort((a, b) => (a < b ? -1 : 1)).map((time, i) => [time, String(BigInt(START + 10 * i) * 1_000_000n)]));
  for (const span of all) {
    span.traceId = numbered(traces, span.traceId, 32);
    span.spanId = numbered(spans, span.spanId, 16);
    span.startTimeUnixNano = step.get(BigInt(span.startTimeUnixNano));
    span.endTimeUnixNano = step.get(BigInt(span.endTimeUnixNano));
    for (const event of span.events ?? []) {
      event.timeUnixNano = step.get(BigInt(event.timeUnixNano));
      event.attributes = event.attributes.filter(({ key }) => key !== 'exception.stacktrace');
    }
  }
  for (const span of all) if (span.parentSpanId) span.parentSpanId = numbered(spans, span.parentSpanId, 16);
  for (const { resource } of request.resourceSpans)
    resource.attributes = resource.attributes.filter(({ key }) => !/^(process|host|os|telemetry)\./.test(key));
  const { host, hostname, port } = new URL(origin);
  for (const span of all) {
    for (const attribute of span.attributes) {
      const { key, value } = attribute;
      // Measured, not said.
      if ('doubleValue' in value && /ms|duration|time_|second/i.test(key)) attribute.value = { doubleValue: 0.005 };
      else if (key === 'server.port') attribute.value = { intValue: 443 };
      else if (key === 'server.address' && value.stringValue === hostname) attribute.value = { stringValue: 'api.example.com' };
    }
  }
  const text = JSON.stringify(request).replaceAll(host, 'api.example.com').replaceAll(`:${port}`, '');
  return `${text.replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, '00000000-0000-0000-0000-000000000000')}\n`;
}
