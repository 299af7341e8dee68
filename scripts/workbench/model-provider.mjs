/** A folder of installed extensions with the one that offers language models to the tests. */
import { cpSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export function withModelProvider() {
  const extensions = mkdtempSync(path.join(os.tmpdir(), 'goldset-extensions-'));
  cpSync('test/workbench/model-provider', path.join(extensions, 'goldset-test.model-provider-0.0.1'), { recursive: true });
  return extensions;
}
