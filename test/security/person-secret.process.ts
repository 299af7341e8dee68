/** An application that records one call of one user with the built library, as a process of its own. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const library = pathToFileURL(path.resolve('dist/runtime/index.mjs')).href;

export const RUNTIME = `
const { withCapture, flush } = await import(${JSON.stringify(library)});
const answer = { id: 'r', choices: [{ message: { content: 'Yo' }, finish_reason: 'stop' }] };
const client = { chat: { completions: { create: () => Promise.resolve(answer) } } };
await withCapture(client, { user: 'ana@example.com', sink: { root: process.argv[1] } }).chat.completions.create({ model: 'm', messages: [] });
await flush();
`;
