/** A try that a person stops, or whose page is closed, while it is being prepared: nothing is sent. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EMPTY_CONFIG } from '../../src/core/config/goldset-yaml.ts';
import { readPrompt } from '../../src/core/prompt/read-prompt.ts';
import type { TryPorts, TryWindow } from '../../src/engine/try/try-ports.ts';
import { TrySession } from '../../src/engine/try/try-session.ts';
import type { TryAnswer } from '../../src/protocol/try.ts';

describe('a try that is stopped while it is being prepared', () => {
  let root = '';
  before(() => void (root = mkdtempSync(path.join(os.tmpdir(), 'goldset-stopped-'))));
  after(() => rmSync(root, { recursive: true, force: true }));

  const reading = readPrompt('a.prompt', '---\nmodel: scripted:./m.scripted.yaml\n---\n{{ticket}}');
  const loaded = (): unknown => ({
    ...{ root, reading, file: path.join(root, 'a.prompt'), partials: [], diagnostics: [] },
    target: { document: reading.document, cases: [], version: 'v' },
  });

  for (const [what, end] of [
    ['by a person', (session: TrySession) => session.stop()],
    ['as its page is closed', (session: TrySession) => Promise.resolve(session.dispose())],
  ] as const)
    it(what, async () => {
      const answers: TryAnswer[] = [];
      const used: string[] = [];
      let load = (): void => undefined;
      const ready = new Promise<void>((resolve) => (load = resolve));
      const ports = {
        load: () => ready.then(loaded),
        workspace: () => Promise.resolve({ root, config: EMPTY_CONFIG, diagnostics: [] }),
        isTrusted: () => false,
        requireTrusted: () => undefined,
        settled: () => used.push('settled'),
        models: () => used.push('models'),
        mayStart: () => used.push('mayStart'),
      } as unknown as TryPorts;
      const window = {
        page: {
          answered: (answer: TryAnswer) => answers.push(answer),
          changed: () => undefined,
          streamed: () => undefined,
          waiting: () => undefined,
        },
      } as unknown as TryWindow;
      const session = new TrySession(ports, window);
      const sent = session.send({
        values: { ticket: 'x' },
        lanes: [{ id: 'a', model: 'scripted:./m.scripted.yaml', effort: null }],
        useCache: true,
      });
      await end(session);
      load();
      await sent;
      assert.deepEqual(used, []);
      assert.deepEqual(
        answers.map(({ lane, text, problem }) => [lane, text, problem?.message]),
        [['a', '', 'You stopped this answer.']],
      );
    });
});
