/**
 * The engines themselves, over every recorded case and over random templates: only in `npm run test:all`, and only where Python 3 with
 * Debian's package python3-jinja2 is installed.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isHumanError } from '../../src/core/problems/errors.ts';
import { pythonEngine, type ReferenceAnswer, type RenderingCase } from '../references/engines.ts';
import { randomTemplates } from '../references/random-templates.ts';
import { segmentsOf, textOfSegments } from '../references/rendered.ts';
import { picturesOf } from './picture.ts';

const RANDOM = 4000;

function ours(request: Omit<RenderingCase, 'name'>): ReferenceAnswer {
  try {
    return { text: textOfSegments(segmentsOf(request)) };
  } catch (error) {
    if (!isHumanError(error)) throw error;
    return { error: error.message };
  }
}

/** Equal text, or a fault on both sides. */
function assertAgree(requests: readonly Omit<RenderingCase, 'name'>[], answers: readonly ReferenceAnswer[]): void {
  assert.equal(answers.length, requests.length);
  const different = requests.flatMap((request, at) => {
    const [mine, theirs] = [ours(request), answers[at]];
    return mine.text === theirs?.text ? [] : [{ request, mine, theirs }];
  });
  assert.equal(different.length, 0, `${different.length} of ${requests.length} differ, such as ${JSON.stringify(different[0], null, 2)}`);
}

/** Formats as Python accepts and refuses them, with numbers at the borders of rounding. */
const formats = fc.record({
  syntax: fc.constant('format'),
  template: fc
    .tuple(
      fc.constantFrom('', '*', '0'),
      fc.constantFrom('', '<', '>', '^', '='),
      fc.constantFrom('', '+', '-', ' '),
      fc.constantFrom('', '#'),
      fc.constantFrom('', '0'),
      fc.constantFrom('', '1', '9', '14'),
      fc.constantFrom('', ',', '_'),
      fc.constantFrom('', '.0', '.1', '.2', '.7', '.17'),
      fc.constantFrom('', 's', 'd', 'x', 'b', 'o', 'e', 'f', 'g', '%', 'G', 'E', 'n', 'c'),
    )
    .map(([fill, align, ...rest]) => (align === '' ? '' : fill) + align + rest.join('')),
  vars: fc.record({
    value: fc.oneof(
      fc.constantFrom(0, 1, -1, 42, 255, 1234567, true, null, 'text', 'é😀', 0.5, 1.5, 2.5, -0.125, 1e-7, 123456.789, 2.675),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
      fc.integer(),
    ),
  }),
});

if (process.env['GOLDSET_ENGINES'] === 'all')
  describe('template engines of Python', function () {
    this.timeout(600_000);
    const engine = pythonEngine();

    it('python3-jinja2 renders every recorded case as it is recorded, and random templates as Goldset does', function () {
      if (engine?.jinja2 == null) return this.skip();
      const recorded = picturesOf<RenderingCase>('jinja').map((one) => ({ ...one, syntax: 'jinja' }));
      const answers = engine.ask(recorded);
      assert.deepEqual(answers.map(({ text }) => text ?? null), recorded.map(({ text }) => text ?? null)); // prettier-ignore
      const random = randomTemplates(RANDOM, 20261129);
      assertAgree(random, engine.ask(random));
    });

    it('Python renders every recorded case of its own syntaxes as it is recorded', function () {
      if (engine === null) return this.skip();
      const recorded = picturesOf<RenderingCase>('python-text');
      assert.deepEqual(
        engine.ask(recorded).map(({ text }) => text ?? null),
        recorded.map(({ text }) => text ?? null),
      );
    });

    it('Python formats random values as Goldset does', function () {
      if (engine === null) return this.skip();
      const requests = fc.sample(formats, { numRuns: RANDOM, seed: 20261129 });
      const asTemplates = requests.map(({ template, vars }) => ({ syntax: 'python', template: `{value:${template}}`, vars }));
      assertAgree(asTemplates, engine.ask(requests));
    });
  });
