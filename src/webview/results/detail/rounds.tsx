/** What came before the answer: tools that were called with what they gave, and what a pipeline retrieved. */
import type { ShownRound } from '../../../protocol/detail.ts';
import { count } from '../../../core/display/figures.ts';
import { visibleControls } from '../../../core/display/visible-controls.ts';
import { Section } from '../../controls/section.tsx';

export function Rounds({ rounds }: { readonly rounds: readonly ShownRound[] }) {
  if (rounds.length === 0) return null;
  const calls = rounds.flat().length;
  return (
    <Section
      title={`Tools: ${count(calls)} ${calls === 1 ? 'call' : 'calls'} in ${count(rounds.length)} ${rounds.length === 1 ? 'round' : 'rounds'}`}
    >
      <ol class="rounds">
        {rounds.map((round, i) => (
          <li key={i}>
            {round.map(({ name, arguments: text, result }, n) => (
              <div key={n}>
                <code>
                  {name}({visibleControls(text)})
                </code>
                <pre class="text">{visibleControls(result)}</pre>
              </div>
            ))}
          </li>
        ))}
      </ol>
    </Section>
  );
}

export function Context({ chunks }: { readonly chunks: readonly string[] }) {
  if (chunks.length === 0) return null;
  return (
    <Section title={`Retrieved: ${count(chunks.length)} ${chunks.length === 1 ? 'chunk' : 'chunks'}`}>
      <ol class="rounds">
        {chunks.map((text, i) => (
          <li key={i}>
            <pre class="text">{visibleControls(text)}</pre>
          </li>
        ))}
      </ol>
    </Section>
  );
}
