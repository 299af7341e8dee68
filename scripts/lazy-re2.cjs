/** RE2's algorithm, read when the first pattern is compiled. */
// @ts-expect-error -- The file is beside the bundle in dist/, not here.
Object.defineProperty(exports, 'RE2JS', { enumerable: true, get: () => require('./re2.js').RE2JS });
