/** `npm run demo`: installs, builds, and runs the example workspace with its scripted models. */
import { spawnSync } from 'node:child_process';
import { ensureBuilt, ensureInstalled } from './ensure-installed.mjs';

ensureInstalled();
ensureBuilt();
const reports = ['html=goldset-report/report.html', 'json=goldset-report/report.json'];
const { status } = spawnSync(
  process.execPath,
  ['dist/cli.js', 'run', 'examples', '--concurrency', '16', ...reports.flatMap((report) => ['--report', report])],
  { stdio: 'inherit' },
);
if (status !== 0 && status !== 1) process.exit(status ?? 2);
console.log(`
The examples fail some cases on purpose: three prompts lack one instruction each, named in a comment.
Next: add that line to examples/triage/triage.prompt and run \`npm run demo\` again; the pass rate rises.
In the editor: npm run editor`);
