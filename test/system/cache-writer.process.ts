/** A process that writes to a response cache: `node cache-writer ROOT WRITER COUNT`. */
import { ResponseCache } from '../../src/adapters/storage/response-cache/response-cache.ts';
import { answerOf } from '../unit/run-world.ts';
import { sha256 } from '../../src/adapters/hash.ts';

const [root = '', writer = '0', count = '0'] = process.argv.slice(2);
const cache = new ResponseCache(root);
for (let i = 0; i < Number(count); i++) {
  const at = Number(writer) * Number(count) + i;
  if (!cache.keep(sha256(`request ${at}`), 'a'.repeat(16), answerOf({ output: `answer ${at}` }))) process.exitCode = 1;
}
cache.close();
