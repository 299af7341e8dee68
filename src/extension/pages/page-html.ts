import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Port } from '../../protocol/channel.ts';
import { pagePolicy } from './page-policy.ts';

export interface Page {
  /** Its bundle in `dist/webview`. */
  readonly script: string;
  readonly title: string;
}

export const RESULTS_PAGE: Page = { script: 'results.js', title: 'Goldset Results' };

/** Fills a view with a page of ours, whose rights are to run its one script and to show. `connect` comes before its first message. */
export function fillPage(webview: vscode.Webview, extension: vscode.Uri, page: Page, connect: (port: Port) => void): void {
  const folder = vscode.Uri.joinPath(extension, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  connect(webviewPort(webview));
  webview.html = pageHtml(webview, folder, page);
}

/** How extension and page hear each other. */
const webviewPort = (webview: vscode.Webview): Port => ({
  post: (message) => void webview.postMessage(message),
  listen: (listener) => {
    const subscription = webview.onDidReceiveMessage(listener);
    return () => void subscription.dispose();
  },
});

/** The frame of a page: strict policy, one script and one style of ours. */
function pageHtml(webview: vscode.Webview, folder: vscode.Uri, { script, title }: Page): string {
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
