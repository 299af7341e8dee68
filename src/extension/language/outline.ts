/** Symbols (messages, variables) and folding (front matter, blocks). */
import * as vscode from 'vscode';
import { splitFrontMatter } from '../../core/prompt/formats/front-matter.ts';
import { inDocument, loadedPrompt, rangeIn } from '../window/documents.ts';
import { isPrompt } from '../window/open-prompts.ts';
import type { Services } from '../window/services.ts';

export function outlineProviders(services: Services): { symbols: vscode.DocumentSymbolProvider; folding: vscode.FoldingRangeProvider } {
  return {
    symbols: {
      async provideDocumentSymbols(document) {
        if (!isPrompt(document)) return [];
        const loaded = await loadedPrompt(document, services);
        const roles = inDocument(loaded, document, loaded.reading.analysis.roles);
        const variables = inDocument(loaded, document, loaded.reading.analysis.variables);
        const end = document.positionAt(document.getText().length);
        const messages = roles.map(({ role, range }, i) => {
          const head = rangeIn(document, range);
          const next = roles[i + 1];
          const whole = new vscode.Range(head.start, next ? document.positionAt(next.range.start) : end);
          return new vscode.DocumentSymbol(role, 'message', vscode.SymbolKind.Module, whole.contains(head) ? whole : head, head);
        });
        const seen = new Set<string>();
        for (const variable of variables) {
          if (seen.has(variable.name)) continue;
          seen.add(variable.name);
          const at = rangeIn(document, variable.range);
          const symbol = new vscode.DocumentSymbol(variable.name, 'variable', vscode.SymbolKind.Variable, at, at);
          const parent = messages.find((message) => message.range.contains(at));
          if (parent) parent.children.push(symbol);
          else messages.push(symbol);
        }
        return messages;
      },
    },
    folding: {
      async provideFoldingRanges(document) {
        const { frontMatter } = splitFrontMatter(document.getText());
        const lines = (start: number, end: number): vscode.FoldingRange =>
          new vscode.FoldingRange(document.positionAt(start).line, document.positionAt(end).line);
        const front =
          frontMatter === null ? [] : [lines(Math.max(0, frontMatter.offset - 2), frontMatter.offset + frontMatter.text.length)];
        // One side of a difference, or a new file: there is no prompt at this path, or another text.
        if (!isPrompt(document)) return front.filter((range) => range.end > range.start);
        const { reading } = await loadedPrompt(document, services);
        const blocks = reading.analysis.blocks.map(({ range }) => lines(range.start, range.end));
        const roles = reading.analysis.roles.map(({ range }, i, all) => {
          const end = all[i + 1]?.range.start ?? document.getText().length + 1;
          return lines(range.start, end - 1);
        });
        return [...front, ...blocks, ...roles].filter((range) => range.end > range.start);
      },
    },
  };
}
