/** Language features of prompts: completion, hover, definition, references, rename, symbols, folding, semantic tokens. */
import * as vscode from 'vscode';
import { CODE_FILES, GOLDEN_FILES, PROMPT_FILES, COLLECTION_FILES, SETTINGS_FILES, TEXT_FILES } from '../window/documents.ts';
import type { PromptAnalyses } from '../economics/prompt-analyses.ts';
import type { Services } from '../window/services.ts';
import { completionProvider } from './completion.ts';
import { keyHoverProvider } from './key-hover.ts';
import { ModelCompletion } from './model-completion.ts';
import { SchemaCompletion } from './schema-completion.ts';
import { YamlSchemas } from './yaml-schemas.ts';
import { hoverProvider } from './hover.ts';
import { outlineProviders } from './outline.ts';
import { definitionProvider, renameProvider } from './variable-locations.ts';
import { semanticTokens, TOKEN_LEGEND } from './semantic-tokens.ts';

export function registerLanguage(services: Services, insights: PromptAnalyses): void {
  const { languages } = vscode;
  const outline = outlineProviders(services);
  const schemas = new YamlSchemas(services.context.extensionPath);
  const inYaml = new SchemaCompletion(services, schemas, new ModelCompletion(services));
  const completion = completionProvider(services, inYaml);
  services.context.subscriptions.push(
    languages.registerCompletionItemProvider(
      [...PROMPT_FILES, ...GOLDEN_FILES, ...SETTINGS_FILES],
      completion,
      '{',
      '>',
      '#',
      '/',
      '@',
      ' ',
      '"',
      ':',
    ),
    languages.registerCompletionItemProvider(TEXT_FILES, completion, '{', '('),
    languages.registerHoverProvider(
      [...PROMPT_FILES, ...TEXT_FILES, ...CODE_FILES, ...COLLECTION_FILES],
      hoverProvider(services, insights),
    ),
    languages.registerHoverProvider([...PROMPT_FILES, ...GOLDEN_FILES, ...SETTINGS_FILES], keyHoverProvider(schemas)),
    languages.registerDefinitionProvider([...PROMPT_FILES, ...TEXT_FILES, ...GOLDEN_FILES], definitionProvider(services)),
    languages.registerRenameProvider([...PROMPT_FILES, ...TEXT_FILES, ...GOLDEN_FILES, ...CODE_FILES], renameProvider(services, insights)),
    languages.registerDocumentSymbolProvider([...PROMPT_FILES, ...TEXT_FILES], outline.symbols, { label: 'Goldset' }),
    languages.registerFoldingRangeProvider([{ language: 'dotprompt' }], outline.folding),
    languages.registerDocumentSemanticTokensProvider(
      [{ pattern: '**/*.prompt.{yml,yaml}', scheme: 'file' }],
      semanticTokens(services),
      TOKEN_LEGEND,
    ),
  );
}
