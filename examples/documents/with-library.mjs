/** Calls that `goldset/runtime` records. */
import { flush, loadPrompt, signal, withCapture } from 'goldset/runtime';
import OpenAI from 'openai';

/**
 * `root`: the folder of goldset.yaml, where the records go. `baseURL`: of the model's server; leave it out to ask OpenAI.
 * @param {{ root: string, baseURL?: string }} options
 * @returns {Promise<import('./app.mjs').Calls>}
 */
export async function withLibrary({ root, baseURL }) {
  // `provider` says whose prices count, since the server of the example is on this machine.
  const openai = withCapture(new OpenAI({ baseURL, apiKey: 'none' }), { provider: 'openai', environment: 'production', sink: { root } });
  const load = () => loadPrompt('summary', { root, model: 'openai:gpt-5.1' });
  let prompt = await load();
  return {
    async ask({ action, user, variables }) {
      const client = withCapture(openai, { action, user, prompt, variables });
      const completion = await client.chat.completions.create(prompt.render(variables).chat);
      return { id: completion.id, text: completion.choices[0]?.message.content ?? '' };
    },
    /** What a user did with an answer, as the browser reports it. */
    say: (id, name, value, by) => signal(id, name, value, { by }),
    /** A new version of the prompt is out. */
    reload: async () => (prompt = await load()),
    flush,
    close: flush,
  };
}
