/** Ids of spans by Web Crypto: those that Node makes of the same interaction. */
import type { StoredLine } from '../core/feedback/interactions/interaction.ts';
import type { OtlpIds } from '../core/feedback/otel/write-otlp.ts';

/** Of what these lines name; a digest is not ready at once. */
export async function webIds(lines: readonly StoredLine[]): Promise<OtlpIds> {
  const digests = new Map<string, string>();
  const texts = lines.flatMap((line) => {
    const [id, trace] =
      'interaction' in line ? [line.interaction.id, line.interaction.trace] : [line.followUp.of.interaction, line.followUp.of.trace];
    return [id ?? [], id === null ? [] : `span ${id}`, trace ?? []].flat();
  });
  await Promise.all(texts.map(async (text) => digests.set(text, await sha256Hex(text))));
  const digest = (text: string): string => digests.get(text) ?? '';
  return {
    trace: (interaction, trace) => (trace !== null && /^[0-9a-f]{32}$/.test(trace) ? trace : digest(trace ?? interaction).slice(0, 32)),
    span: (interaction) => digest(`span ${interaction}`).slice(0, 16),
  };
}

async function sha256Hex(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
