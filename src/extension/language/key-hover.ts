/** Hover of YAML of ours: what a key means, and what a value that its schema lists means. */
import * as vscode from 'vscode';
import { schemaKeys, schemaValues } from '../../core/json/schema-choices.ts';
import type { YamlSchemas } from './yaml-schemas.ts';

export const keyHoverProvider = (schemas: YamlSchemas): vscode.HoverProvider => ({
  provideHover(document, position) {
    const word = document.getWordRangeAtPosition(position, /[\w.-]+/);
    if (word === undefined) return undefined;
    const name = document.getText(word);
    const at = schemas.at(document, word.start);
    if (at === null) return undefined;
    const { schema, place } = at;
    const after = document.lineAt(word.end).text.slice(word.end.character);
    const isKey = place.valueOf === null && /^["']?\s*:(?:\s|$)/.test(after);
    const description = isKey
      ? schemaKeys(schema, place.trail).find((key) => key.name === name)?.description
      : schemaValues(schema, place.trail, place.valueOf).find(({ value }) => value === name.replace(/^not-/, ''))?.description;
    if (description === undefined || description === '') return undefined;
    const text = new vscode.MarkdownString(`**${name}** `).appendText(description);
    return new vscode.Hover(text, word);
  },
});
