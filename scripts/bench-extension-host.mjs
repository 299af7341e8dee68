/** Starts the workbench with 10,000 golden cases and measures inside its extension host; null where there is no workbench. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isInstalled, launchChromium, startServer, workbenchUrl } from './workbench/workbench.mjs';

export async function measureExtensionHost() {
  if (!isInstalled()) {
    console.error('The extension host is not measured: the workbench is not installed (npm test installs it).');
    return null;
  }
  const root = mkdtempSync(path.join(os.tmpdir(), 'goldset-bench-host-'));
  const result = path.join(root, 'result.json');
  writeFileSync(path.join(root, 'm.scripted.yaml'), 'default: { json: { label: shipping } }\n');
  writeFileSync(path.join(root, 'a.prompt'), '---\nmodel: scripted:./m.scripted.yaml\n---\n{{ticket}}');
  writeFileSync(
    path.join(root, 'a.golden.yaml'),
    Array.from(
      { length: 10_000 },
      (_, i) =>
        `- id: case-${i}\n  description: number ${i}\n  vars: { ticket: "Ticket number ${i}: where is it?" }\n  expected: { label: ${i % 10 === 0 ? 'refund' : 'shipping'} }\n`,
    ).join(''),
  );
  const words = (count, seed) => Array.from({ length: count }, (_, i) => `word${(i * 7 + seed) % 997}`).join(' ');
  const paragraphs = (count) => Array.from({ length: count }, (_, i) => `Rule ${i}: ${words(16, i)}.`).join('\n');
  const prompt = (text) => `---\nmodel: scripted:./m.scripted.yaml\n---\n{{role "system"}}\n${text}\n{{role "user"}}\n{{ticket}}\n`;
  writeFileSync(path.join(root, 'typing.prompt'), prompt(paragraphs(200)));
  writeFileSync(path.join(root, 'huge.prompt'), prompt(paragraphs(7500)));
  writeFileSync(path.join(root, 'plain.txt'), paragraphs(200));
  const cases = (count) =>
    Array.from(
      { length: count },
      (_, i) => `- id: t-${i}\n  vars: { ticket: "Ticket ${i}: ${words(20, i)}" }\n  expected: { label: shipping }\n`,
    ).join('');
  writeFileSync(path.join(root, 'typing.golden.yaml'), cases(200));
  writeFileSync(path.join(root, 'huge.golden.yaml'), cases(20));
  const server = await startServer({ environment: { GOLDSET_BENCH_RESULT: result } });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const ended = new Promise((resolve) => {
      void page.exposeFunction('codeAutomationLog', () => undefined);
      void page.exposeFunction('codeAutomationExit', resolve);
    });
    await page.goto(
      workbenchUrl(server.port, { folder: root, extension: path.resolve('.'), tests: path.resolve('out/bench/extension-host.js') }),
    );
    await ended;
    return { ...JSON.parse(readFileSync(result, 'utf8')), ...loadTimes() };
  } finally {
    await browser.close();
    server.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

/** ms to load the extension's bundle and an empty one, in a fresh Node each, without VS Code. */
function loadTimes() {
  const empty = path.join(os.tmpdir(), 'goldset-empty.cjs');
  writeFileSync(empty, 'module.exports = {};\n');
  const time = (file) =>
    Number(
      execFileSync(
        process.execPath,
        ['-e', `const s=performance.now();require(${JSON.stringify(file)});console.log(performance.now()-s)`],
        { encoding: 'utf8' },
      ),
    );
  return {
    emptyMs: time(empty),
    loadMs: Number(execFileSync(process.execPath, ['-e', LOAD_WITH_STUB, path.resolve('dist/extension.js')], { encoding: 'utf8' })),
  };
}

/** `vscode` exists only in the host: a stub whose every member is a class stands for it while the bundle is loaded. */
const LOAD_WITH_STUB = `
const Module = require('node:module');
const anything = new Proxy(class {}, { get: (target, name) => (typeof name === 'symbol' || name === 'prototype' ? target[name] : class { static Error = 0 }) });
const stub = Object.create(anything);
const load = Module._load;
Module._load = (request, ...rest) => (request === 'vscode' ? stub : load(request, ...rest));
const started = performance.now();
require(process.argv[1]);
console.log(performance.now() - started);
`;
