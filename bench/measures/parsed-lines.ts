/** What stored lines cost to parse, and no more: the floor of what reads them. */
import { createReadStream, readdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** ms to parse every line of a folder. */
export async function parseMs(folder: string): Promise<number> {
  const began = performance.now();
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl')))
    for await (const line of createInterface({ input: createReadStream(path.join(folder, name)) })) JSON.parse(line);
  return performance.now() - began;
}
