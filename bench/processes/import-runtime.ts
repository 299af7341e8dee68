/** The CPU that `import 'goldset/runtime'` takes, in ms. Prints a number. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';

async function main(): Promise<void> {
  const address = pathToFileURL(path.resolve('dist/runtime/index.mjs')).href;
  const began = process.cpuUsage();
  await import(address);
  const { user, system } = process.cpuUsage(began);
  process.stdout.write(String((user + system) / 1000));
}

void main();
