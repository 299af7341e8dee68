/** What features share. Made once in activate; the engine is loaded by the first who asks for it. */
import path from 'node:path';
import * as vscode from 'vscode';
import { startWorker } from '../../adapters/evaluation/start-worker.ts';
import type { EditorModels } from '../../adapters/models/editor/editor-client.ts';
import type { Engine } from '../../engine/engine.ts';
import { AllowedKeys } from '../../adapters/storage/allowed-keys.ts';
import { editorKeys } from '../keys/editor-keys.ts';
import { KeyRing } from '../keys/key-ring.ts';
import { StoppedByKey } from './stopped-by-key.ts';
import { settings } from './names.ts';
import { openText } from './open-text.ts';
import { TextPrompts } from './text-prompts.ts';
import { WindowPrompts } from './window-prompts.ts';

type EngineBundle = Omit<typeof import('../../engine/engine.ts'), 'createEngine'>;

export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly keys: KeyRing;
  /** The run that waits for a key. */
  readonly stoppedByKey: StoppedByKey;
  /** The bundled worker. */
  readonly worker: string;
  /** The prompts of the window: who lists prompts finds them here. */
  readonly promptFiles: WindowPrompts;
  /** Which open text documents are prompts. */
  readonly textPrompts: TextPrompts;
  engine(): Engine;
  /** The functions of the engine's bundle that need no engine; loaded when they are first needed. */
  bundle(): EngineBundle;
  /** The engine when somebody has loaded it already. */
  loadedEngine(): Engine | null;
}

/** `models`: the language models of the editor. */
export function createServices(context: vscode.ExtensionContext, models: EditorModels): Services {
  const log = vscode.window.createOutputChannel('Goldset', { log: true });
  const keys = new KeyRing(context.secrets, context.globalState, new AllowedKeys());
  let engine: Engine | null = null;
  const loaded = (): Engine => (engine ??= load(context, keys, models));
  const textPrompts = new TextPrompts(loaded, log);
  const promptFiles = new WindowPrompts(loaded, log, textPrompts.onDidRelist);
  context.subscriptions.push(log, textPrompts, promptFiles, { dispose: () => void engine?.dispose() });
  return {
    context,
    log,
    keys,
    stoppedByKey: new StoppedByKey(),
    worker: workerOf(context),
    promptFiles,
    textPrompts,
    loadedEngine: () => engine,
    engine: loaded,
    bundle: readBundle,
  };
}

const workerOf = (context: vscode.ExtensionContext): string => path.join(context.extensionPath, 'dist', 'worker.js');

/** The worker thread starts while the engine is read. */
function load(context: vscode.ExtensionContext, keys: KeyRing, models: EditorModels): Engine {
  const worker = workerOf(context);
  const started = startWorker(worker);
  return readBundle().createEngine({
    worker,
    started,
    keys: editorKeys(keys),
    quietKeys: editorKeys(keys, true),
    readText: openText,
    models: { editorModels: models },
    defaultModel,
    mayRunCode: () => vscode.workspace.isTrusted,
    gitExecutable: vscode.workspace.getConfiguration('git').get<string | string[] | null>('path')?.toString() || undefined,
  });
}

/** The model that the user has set for a folder; null: none. */
export function defaultModel(root: string): string | null {
  const model = vscode.workspace.getConfiguration(settings.section, vscode.Uri.file(root)).get<string>(settings.defaultModel, '').trim();
  return model === '' ? null : model;
}

function readBundle(): typeof import('../../engine/engine.ts') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the engine is a bundle of its own, loaded when it is first needed
  return require('./engine.js') as typeof import('../../engine/engine.ts');
}
