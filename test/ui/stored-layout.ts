/** What the web workbench remembers of its editors, in the browser's own store. */

/**
 * Runs in the page. Whether the layout in the workbench's store has each of these texts, as often as it is listed; resolves at the next
 * idle moment.
 */
export async function isInLayout(texts: readonly string[]): Promise<boolean> {
  const result = <T>(asked: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error ?? new Error('The store cannot be read.'));
    });
  await new Promise((resolve) => requestIdleCallback(resolve));
  for (const { name } of await indexedDB.databases()) {
    if (name === undefined || !name.startsWith('vscode-web-state-db-')) continue;
    const database = await result(indexedDB.open(name));
    const stores = [...database.objectStoreNames];
    const layouts = await Promise.all(
      stores.map((store) => result<unknown>(database.transaction(store).objectStore(store).get('memento/workbench.parts.editor'))),
    );
    database.close();
    // JSON in JSON in JSON: without what that adds.
    const layout = JSON.stringify(layouts).replaceAll('\\', '');
    const listed = (text: string): number => texts.filter((other) => other === text).length;
    if (texts.every((text) => layout.split(text).length > listed(text))) return true;
  }
  return false;
}
