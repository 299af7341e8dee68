import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The frame of a page: strict policy, one script and one style of ours, state as inert JSON. */
export function pageHtml(webview: vscode.Webview, folder: vscode.Uri, state: unknown): string {
  const nonce = randomBytes(16).toString('base64');
  const at = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  const json = JSON.stringify(state).replace(/</g, '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>Goldset Results</title>
<link rel="stylesheet" href="${at('results.css')}">
</head>
<body>
<div id="root"></div>
<script id="state" type="application/json" nonce="${nonce}">${json}</script>
<script nonce="${nonce}" src="${at('results.js')}"></script>
</body>
</html>`;
}
