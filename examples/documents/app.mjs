/** The application: reads a document page by page and says what each page is. `calls` makes the calls and records them; there are two ways. */

/**
 * @param {{ id: string, pages: readonly string[] }} document
 * @param {string} reader who works on it
 * @param {{ ask(call: object): Promise<{ id: string, text: string }> }} calls
 * @yields {{ page: string, answer: { id: string, text: string } }}
 */
export async function* read(document, reader, calls) {
  for (const page of document.pages) {
    const variables = { reader, page, now: new Date().toISOString() };
    const answer = await calls.ask({ action: { type: 'document', id: document.id }, user: reader, variables });
    yield { page, answer };
  }
}
