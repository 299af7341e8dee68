/** An application that records one call and ends at once. Arguments: HOW ROOT, where HOW is a signal, `own` (its own handler), `exit` or `throw`. */
import { signal, withCapture } from '../../src/runtime/index.ts';

const [how = '', root = ''] = process.argv.slice(2);
const answer = { id: 'chatcmpl-1', model: 'm', choices: [{ index: 0, message: { content: 'hi' }, finish_reason: 'stop' }] };

async function main(): Promise<void> {
  const client = withCapture({ chat: { completions: { create: (_body: object) => Promise.resolve(answer) } } }, { sink: { root } });
  if (how === 'own') process.on('SIGTERM', () => process.exit(7));
  await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'My address is ana@example.com.' }] });
  signal('chatcmpl-1', 'thumb', 'down');
  if (how === 'exit') process.exit(3);
  if (how === 'throw') throw new Error('planted');
  process.kill(process.pid, how === 'own' ? 'SIGTERM' : how);
  // The signal comes with a later turn of the event loop.
  setInterval(() => undefined, 1000);
}

void main();
