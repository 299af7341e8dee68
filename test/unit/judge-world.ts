/** Judges from the files that ship, answered by functions of a test. */
import { readFileSync } from 'node:fs';
import type { Judge, Judges } from '../../src/core/judge/judges-port.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import { textOf } from '../../src/core/prompt/request.ts';
import type { ModelClient } from '../../src/core/model/model-client.ts';
import type { ModelRequest } from '../../src/core/model/model-request.ts';
import { promptVersion } from '../../src/core/versions/identity.ts';
import { modelOf } from './run-world.ts';
import { sha256 } from '../../src/adapters/hash.ts';

export type Says = (request: ModelRequest) => unknown;

/** What a judge was shown, as one text. */
export const shown = ({ messages }: ModelRequest): string => messages.map(textOf).join('\n---\n');

const DATA = { name: 'data', path: '_data.prompt', text: readFileSync('judges/_data.prompt', 'utf8') };

export class TestJudges implements Judges {
  readonly asked: ModelRequest[] = [];
  readonly client: ModelClient;
  readonly embedding: ModelClient;

  /** Text is said as it is, anything else as JSON. `vector`: of a text. */
  constructor(says: Says, vector: (text: string) => number[] = () => [1, 0]) {
    this.client = modelOf(
      (request) => {
        this.asked.push(request);
        const said = says(request);
        return Promise.resolve({ output: typeof said === 'string' ? said : JSON.stringify(said) });
      },
      { id: 'test:judge', origin: 'https://judge.example', endpoint: 'https://judge.example#judge' },
    );
    this.embedding = modelOf((request) => Promise.resolve({ output: JSON.stringify(vector(shown(request))) }), {
      id: 'test:embedding',
      origin: 'https://judge.example',
      endpoint: 'https://judge.example#embedding',
    });
  }

  judge(name: string): Promise<Judge> {
    const { document } = readPrompt(`${name}.prompt`, readFileSync(`judges/${name}.prompt`, 'utf8'), [DATA]);
    return Promise.resolve({
      name,
      version: promptVersion(document, [DATA], sha256),
      document,
      partials: [DATA],
      client: this.client,
      parameters: document.parameters,
    });
  }

  inline(): Promise<Judge> {
    return this.judge('llm-rubric');
  }

  embedder(): Promise<ModelClient> {
    return Promise.resolve(this.embedding);
  }
}
