/** RE2's algorithm, read when the first pattern is compiled. */
Object.defineProperty(exports, 'RE2JS', { enumerable: true, get: () => require('./re2.js').RE2JS });
