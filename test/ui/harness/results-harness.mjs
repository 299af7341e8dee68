/**
 * A built page in a browser, without VS Code: in a frame, under the product's own policy, with a web worker as the extension's side. Behind
 * the results page that is the product's own view, behind the playground a scripted one. For what is measured, and for what must stay inert.
 */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import esbuild from 'esbuild';

/** @type {Record<string, string>} */
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

export const startResultsHarness = () => startHarness('results', 'host.worker.ts');
export const startTryHarness = () => startHarness('try', 'try.worker.ts');

/**
 * @param {string} page its bundle in dist/webview
 * @param {string} host a file of this folder
 */
async function startHarness(page, host) {
  /**
   * @param {string} file
   * @param {Record<string, string>} define
   */
  const bundle = async (file, define = {}) =>
    (
      await esbuild.build({
        entryPoints: [file],
        bundle: true,
        write: false,
        format: 'esm',
        platform: 'browser',
        target: 'chrome124',
        define,
      })
    ).outputFiles[0]?.text ?? '';
  const worker = await bundle(`test/ui/harness/${host}`, { GOLDSET_VERSION: '"test"' });
  const { pagePolicy } = await import(
    `data:text/javascript;base64,${Buffer.from(await bundle('src/extension/pages/page-policy.ts')).toString('base64')}`
  );
  /** @type {string[]} */
  const requests = [];
  let origin = '';
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(url.pathname);
    /**
     * @param {string} type
     * @param {string | Buffer} text
     */
    const send = (type, text) => response.writeHead(200, { 'content-type': type }).end(text);
    if (url.pathname === '/') return send('text/html', OUTER);
    if (url.pathname === '/empty.html') return send('text/html', '<!doctype html><title>empty</title><div id="root"></div>');
    if (url.pathname === '/worker.js') return send('text/javascript', worker);
    if (url.pathname === '/theme.css') return send('text/css', themeCss(url.searchParams.get('theme') ?? 'dark'));
    if (url.pathname === '/page.html')
      return send('text/html', inner(page, pagePolicy(origin, 'n0nce'), url.searchParams.get('theme') ?? 'dark'));
    const name = path.basename(url.pathname);
    if (name === `${page}.js` || /^(results\.css|codicon\.ttf)$/.test(name))
      return send(TYPES[path.extname(name)] ?? '', readFileSync(path.join('dist/webview', name)));
    return response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  origin = `http://127.0.0.1:${address.port}`;
  return { url: `${origin}/`, requests, close: () => server.close() };
}

/** Owns the worker and passes messages on, as VS Code does between a page and the extension. */
const OUTER = `<!doctype html><html><body style="margin:0"><iframe id="page" style="border:0;width:100vw;height:100vh"></iframe><script>
const worker = new Worker('/worker.js', { type: 'module' });
const frame = document.getElementById('page');
window.violations = [];
window.opened = 0;
let done = () => undefined;
worker.onmessage = ({ data }) => { if (data.done) done(data.result); else frame.contentWindow.postMessage(data.page, '*'); };
window.addEventListener('message', ({ data }) => {
  if (data && data.violation) window.violations.push(data.violation);
  else worker.postMessage({ page: data });
});
window.host = (command) => new Promise((resolve) => { done = resolve; worker.postMessage({ host: command }); });
window.show = (theme) => new Promise((resolve) => { frame.onload = resolve; frame.src = '/page.html?theme=' + theme; });
</script></body></html>`;

/**
 * @param {string} page
 * @param {string} policy
 * @param {string} theme
 */
const inner = (page, policy, theme) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Goldset</title><link rel="stylesheet" href="/theme.css?theme=${theme}"><link rel="stylesheet" href="/results.css">
<script nonce="n0nce">
document.addEventListener('securitypolicyviolation', (event) => parent.postMessage({ violation: event.violatedDirective + ' ' + event.blockedURI }, '*'));
window.hostileRan = 0;
const box = ${page === 'try' ? 'parent' : '{}'};
window.acquireVsCodeApi = () => ({ postMessage: (message) => parent.postMessage(message, '*'), getState: () => box.remembered, setState: (next) => { box.remembered = next; } });
performance.mark('ready');
</script></head><body class="vscode-${theme}"><div id="root"></div><script nonce="n0nce" src="/${page}.js"></script></body></html>`;

/**
 * The part of VS Code's theme that gives the page sizes and colours.
 * @param {string} theme
 */
const themeCss = (theme) => `:root {
  --vscode-font-size: 13px; --vscode-font-family: 'DejaVu Sans', sans-serif; --vscode-editor-font-size: 13px; --vscode-editor-font-family: 'DejaVu Sans Mono', monospace;
  --vscode-editor-background: ${theme === 'light' ? '#ffffff' : '#1f1f1f'}; --vscode-editor-foreground: ${theme === 'light' ? '#3b3b3b' : '#cccccc'};
  --vscode-foreground: ${theme === 'light' ? '#3b3b3b' : '#cccccc'}; --vscode-descriptionForeground: ${theme === 'light' ? '#3b3b3b' : '#9d9d9d'};
  --vscode-editorWidget-border: #454545; --vscode-focusBorder: #0078d4; --vscode-button-background: #0078d4; --vscode-button-foreground: #ffffff;
}`;
