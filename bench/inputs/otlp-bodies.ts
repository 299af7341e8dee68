/** Ready-made OTLP protobuf bodies, each of 512 calls of a model. */

export const SPANS_A_BODY = 512;

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Buffer.from([...bytes, rest]);
};
const bytesField = (field: number, bytes: Buffer): Buffer => Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
const textField = (field: number, text: string): Buffer => bytesField(field, Buffer.from(text));
const timeField = (field: number, ms: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(ms) * 1_000_000n);
  return Buffer.concat([varint((field << 3) | 1), buffer]);
};
const attribute = (field: number, key: string, value: string | number): Buffer => {
  const any = typeof value === 'number' ? Buffer.concat([varint(3 << 3), varint(value)]) : textField(1, value);
  return bytesField(field, Buffer.concat([textField(1, key), bytesField(2, any)]));
};
const part = (text: string): object[] => [{ type: 'text', content: text }];

export interface OtlpBody {
  readonly bytes: Buffer;
  /** Where the 16 bytes of each span's trace id begin; the 8 of its span id follow. */
  readonly places: readonly number[];
}

/** A body whose spans `numberSpans` makes other ones. */
export function otlpBody(index: number): OtlpBody {
  const places: number[] = [];
  const spans: Buffer[] = [];
  const mark = Buffer.from('a1b2c3d4e5f60718293a4b5c6d7e8f90', 'hex');
  for (let i = 0; i < SPANS_A_BODY; i++) {
    const start = Date.UTC(2026, 10, 1 + (index % 5), 8, 0, i % 60);
    const question = `Order ${index * SPANS_A_BODY + i}: ${'I bought this some weeks ago and it does not work. '.repeat(6)}`;
    spans.push(
      bytesField(
        2,
        Buffer.concat([
          bytesField(1, mark),
          bytesField(2, mark.subarray(0, 8)),
          textField(5, 'chat gpt-6-luna'),
          Buffer.from([6 << 3, 3]),
          timeField(7, start),
          timeField(8, start + 900),
          ...Object.entries({
            'gen_ai.operation.name': 'chat',
            'gen_ai.provider.name': 'openai',
            'gen_ai.request.model': 'gpt-6-luna',
            'gen_ai.response.model': 'gpt-6-luna-2026-08-01',
            'gen_ai.response.id': `resp_${index}_${i}`,
            'gen_ai.prompt.name': 'support',
            'gen_ai.prompt.version': '7',
            'gen_ai.conversation.id': `conversation-${i % 40}`,
            'user.id': `user-${i % 97}`,
            'goldset.action.type': 'ticket',
            'goldset.action.id': `ticket-${index}-${i}`,
            'gen_ai.request.max_tokens': 400,
            'gen_ai.usage.input_tokens': 1200 + i,
            'gen_ai.usage.cache_read.input_tokens': 1000,
            'gen_ai.usage.output_tokens': 90,
            'gen_ai.response.finish_reasons': '["stop"]',
            'gen_ai.system_instructions': JSON.stringify(part('You are kind, and you answer in one paragraph.')),
            'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: part(question) }]),
            'gen_ai.output.messages': JSON.stringify([
              { role: 'assistant', parts: part('I am sorry to hear that. '.repeat(8)), finish_reason: 'stop' },
            ]),
          }).map(([key, value]) => attribute(9, key, value)),
        ]),
      ),
    );
  }
  const resource = bytesField(1, attribute(1, 'deployment.environment.name', 'production'));
  const bytes = bytesField(1, Buffer.concat([resource, bytesField(2, Buffer.concat(spans))]));
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 16)) places.push(at);
  return { bytes, places };
}

/** Makes the spans of a body those from `first` on. Returns its bytes. */
export function numberSpans({ bytes, places }: OtlpBody, first: number): Buffer {
  places.forEach((at, i) => {
    bytes.writeUInt32BE(first + i + 1, at + 12);
    bytes.writeUInt32BE(first + i + 1, at + 18 + 4);
  });
  return bytes;
}
