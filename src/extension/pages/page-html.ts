import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Port } from '../../protocol/channel.ts';
import { pagePolicy } from './page-policy.ts';

/** How extension and page hear each other. */
export const webviewPort = (webview: vscode.Webview): Port => ({
  post: (message) => void webview.postMessage(message),
  listen: (listener) => {
    const subscription = webview.onDidReceiveMessage(listener);
    return () => void subscription.dispose();
  },
});

/** The frame of a page: strict policy, one script and one style of ours. */
export function pageHtml(
  webview: vscode.Webview,
  folder: vscode.Uri,
  { script, title } = { script: 'results.js', title: 'Goldset Results' },
): string {
  const nonce = randomBytes(16).toString('base64');
  const at = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, name)).toString();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${pagePolicy(webview.cspSource, nonce)}">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="stylesheet" href="${at('results.css')}">
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${at(script)}"></script>
</body>
</html>`;
}
