/**
 * Records in test/unit/cases/{jinja,python-text}.yaml what the real engines render: Python 3 with Debian's package python3-jinja2.
 * Run it after adding a case: `node scripts/record-renderings.mjs`. A case says nothing of its result before that.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { isMap, isSeq, parseDocument } from 'yaml';

/** @param {string} python @param {object[]} requests */
function ask(python, requests) {
  const input = requests.map((request) => `${JSON.stringify(request)}\n`).join('');
  const { stdout, status, error } = spawnSync(python, ['test/references/render.py'], { input, encoding: 'utf8' });
  if (error !== undefined || status !== 0) return null;
  return stdout
    .trim()
    .split('\n')
    .map((line) => /** @type {Record<string, string | null>} */ (JSON.parse(line)));
}

const python = ['/usr/bin/python3', 'python3'].find((candidate) => ask(candidate, [{ syntax: 'version' }])?.[0]?.['jinja2']);
if (python === undefined) throw new Error("No Python 3 with Jinja2 is installed. Install Debian's package python3-jinja2.");

for (const name of ['jinja', 'python-text']) {
  const file = `test/unit/cases/${name}.yaml`;
  const document = parseDocument(fs.readFileSync(file, 'utf8'));
  if (!isSeq(document.contents)) throw new Error(`${file} is not a list.`);
  const cases = /** @type {import('yaml').YAMLMap[]} */ (document.contents.items.filter((item) => isMap(item)));
  const answers = ask(
    python,
    cases.map((one) => ({ syntax: name, ...one.toJSON() })),
  );
  for (const [at, one] of cases.entries()) {
    one.delete('text');
    one.delete('error');
    for (const [key, value] of Object.entries(answers?.[at] ?? {})) one.set(key, value);
  }
  fs.writeFileSync(file, document.toString({ lineWidth: 0 }));
  console.log(`${file}: ${cases.length} cases`);
}
