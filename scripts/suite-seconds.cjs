/** A reporter of mocha: the dots of `npm test`, and at the end the seconds of each suite's tests, longest first. */
const path = require('node:path');
const { reporters } = require('mocha');

module.exports = class SuiteSeconds extends reporters.Dot {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {Map<string, number>} */
    const seconds = new Map();
    runner.on('test end', ({ file, duration }) => {
      const suite = path.basename(file ?? '', '.test.mjs');
      seconds.set(suite, (seconds.get(suite) ?? 0) + (duration ?? 0) / 1000);
    });
    runner.once('end', () => {
      for (const [suite, sum] of [...seconds].sort(([, a], [, b]) => b - a)) console.log(`${sum.toFixed(1).padStart(8)} s  ${suite}`);
    });
  }
};
