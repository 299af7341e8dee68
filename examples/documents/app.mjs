/** The application: reads a document page by page and says what each page is. `calls` makes the calls and records them; there are two ways. */

/**
 * @typedef {{ action: { type: string, id: string }, user: string, variables: Record<string, string> }} Call
 * @typedef {object} Calls
 * @property {(call: Call) => Promise<{ id: string, text: string }>} ask
 * @property {(id: string, name: string, value: string | boolean, by: string) => unknown} say What a user did with an answer.
 * @property {() => Promise<unknown>} reload A new version of the prompt is out.
 * @property {() => Promise<unknown>} flush
 * @property {() => Promise<unknown>} close
 */

/**
 * @param {{ id: string, pages: readonly string[] }} document
 * @param {string} reader who works on it
 * @param {Pick<Calls, 'ask'>} calls
 * @yields {{ page: string, answer: { id: string, text: string } }}
 */
export async function* read(document, reader, calls) {
  for (const page of document.pages) {
    const variables = { reader, page, now: new Date().toISOString() };
    const answer = await calls.ask({ action: { type: 'document', id: document.id }, user: reader, variables });
    yield { page, answer };
  }
}
