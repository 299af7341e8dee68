/** `goldset capture` beyond this machine: it needs a token before it listens. */
import assert from 'node:assert/strict';
import { TestWorkspace } from './command-line.ts';

describe('goldset capture beyond this machine', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = new TestWorkspace({});
  });
  afterEach(() => workspace.dispose());

  for (const [what, args, environment, message] of [
    ['without --token-env', [], {}, /--token-env/],
    ['with the name of a variable that is not set', ['--token-env', 'CAPTURE_TOKEN'], {}, /CAPTURE_TOKEN/],
    ['with an empty token', ['--token-env', 'CAPTURE_TOKEN'], { CAPTURE_TOKEN: '' }, /CAPTURE_TOKEN/],
  ] as const) {
    it(`${what} ends with 2 and does not listen`, async () => {
      for (const host of ['0.0.0.0', '::']) {
        const { code, out, err } = await workspace.run(['capture', '--host', host, '--port', '0', ...args], { environment });
        assert.equal(code, 2, err);
        assert.match(err, message);
        assert.doesNotMatch(out + err, /OTLP_ENDPOINT/);
      }
    });
  }
});
