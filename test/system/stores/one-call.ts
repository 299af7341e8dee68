/** `goldset reproduce` and `goldset golden add` with one call of a source. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../src/core/json/json.ts';
import { TestWorkspace } from '../command-line.ts';
import { weeks } from './planted-tables.ts';

interface SourceInTest {
  readonly url: () => string;
  readonly user: string;
  readonly password: string;
  /** A command with consent for the password. */
  readonly run: (args: readonly string[]) => ReturnType<TestWorkspace['run']>;
}

export const oneCallOfSource = ({ url, user, password, run }: SourceInTest): void => {
  describe('with one call of the source', () => {
    /** The first call that a person rejected in these days, and what the model is asked in its place. */
    let id = '';
    let server: Server;
    let asked: { readonly model: string; readonly messages: readonly JsonObject[] }[] = [];
    let work: TestWorkspace;
    before(async () => {
      const listed = await run(['interactions', 'signal=thumbs-down,from=2026-11-20,to=2026-11-22', '--source', 'prod', '--json']);
      assert.equal(listed.code, 0, listed.err);
      id = (JSON.parse(listed.out) as { interactions: { id: string }[] }).interactions[0]?.id ?? '';
      server = createServer((request, response) => {
        let text = '';
        request.on('data', (chunk: Buffer) => (text += chunk.toString()));
        request.on('end', () => {
          asked.push(JSON.parse(text) as (typeof asked)[number]);
          const message = { role: 'assistant', content: 'The answer of today.' };
          const answer = { choices: [{ index: 0, message, finish_reason: 'stop' }], usage: { prompt_tokens: 10, completion_tokens: 5 } };
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      work = new TestWorkspace({
        'goldset.yaml': [
          `sources:\n  prod: { clickhouse: "${url()}", database: gs_map, user: ${user}, passwordEnv: CH_PASSWORD }`,
          `providers:\n  openai: { kind: openai-compatible, baseUrl: "http://127.0.0.1:${port}/v1" }\n`,
        ].join('\n'),
        'answer.prompt': '---\nmodel: openai:gpt-6-sol\n---\nToday: {{passages}} {{question}}',
      });
    });
    after(() => {
      server.closeAllConnections();
      server.close();
      work.dispose();
    });
    beforeEach(() => {
      asked = [];
    });
    const command = (args: readonly string[]): ReturnType<TestWorkspace['run']> =>
      work.run([...args, '--source', 'prod', '--yes', '--allow-origin', `CH_PASSWORD@${url()}`], {
        environment: { CH_PASSWORD: password },
      });

    it('sends it again as it was captured, and with the prompt of today', async () => {
      const { code, out, err } = await command(['reproduce', id, '--since', '2026-11-01', '--json', '--allow-unknown-price']);
      assert.equal(code, 0, err);
      const planted = weeks.calls.find((call) => call.id === id);
      const bodies = asked.map(({ messages }) => JSON.stringify(messages));
      assert.equal(bodies.length, 2, err);
      assert.ok(bodies.includes(JSON.stringify(planted?.messages)), bodies.join('\n'));
      assert.ok(bodies.some((body) => body.includes('Today: ')));
      assert.equal((out.match(/The answer of today\./g) ?? []).length >= 2, true);
      assert.ok(!`${out}${err}`.includes(password));
    });
    it('makes a golden case of it, with its variables and where it came from', async () => {
      const { code, err } = await command(['golden', 'add', '--from', `id=${id},from=2026-11-01`, '--no-replay']);
      assert.equal(code, 0, err);
      const golden = work.read('answer.golden.yaml');
      const question = weeks.calls.find((call) => call.id === id)?.variables['question'];
      assert.ok(typeof question === 'string' && golden.includes(question), golden);
      assert.ok(golden.includes(id), golden);
      assert.deepEqual(asked, []);
      assert.match((await command(['golden', 'add', '--from', `id=${id},from=2026-11-01`, '--no-replay'])).err, /already|exists|same/i);
    });
  });
};
