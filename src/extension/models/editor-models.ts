/** The language models that the editor offers (`vscode.lm`), behind the engine's port. No key: the editor asks the user. */
import * as vscode from 'vscode';
import type { EditorModel, EditorModels, EditorRequest } from '../../adapters/models/editor/editor-client.ts';
import type { EditorMessage, EditorPart } from '../../adapters/models/editor/editor-messages.ts';
import { isJsonObject, parseJson } from '../../core/json/json.ts';
import type { ToolCall } from '../../core/tool.ts';

/** What carries an image. VS Code 1.104, the oldest supported, does not have it, so it is looked up at run time. */
type DataPart = { image(data: Uint8Array, mime: string): vscode.LanguageModelTextPart };

const dataPart = (): DataPart | null => (vscode as { LanguageModelDataPart?: DataPart }).LanguageModelDataPart ?? null;

export const editorModels = ({ languageModelAccessInformation }: vscode.ExtensionContext): EditorModels => ({
  list: async () => {
    const models = await vscode.lm.selectChatModels();
    return models.map((model) => editorModel(model, languageModelAccessInformation));
  },
});

function editorModel(model: vscode.LanguageModelChat, access: vscode.LanguageModelAccessInformation): EditorModel {
  const { vendor, id, family, version, name, maxInputTokens } = model;
  return {
    vendor,
    id,
    family,
    version,
    name,
    maxInputTokens,
    takesImages: dataPart() !== null,
    mayBeAsked: () => access.canSendRequest(model) ?? null,
    countTokens: async (text) => model.countTokens(text),
    send: async (request, signal) => {
      const cancel = new vscode.CancellationTokenSource();
      const stop = (): void => cancel.cancel();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        const response = await model.sendRequest(request.messages.map(chatMessage), optionsOf(request), cancel.token);
        return pieces(response, () => signal.removeEventListener('abort', stop));
      } catch (error) {
        signal.removeEventListener('abort', stop);
        throw error;
      }
    },
  };
}

const optionsOf = ({ tools, options }: EditorRequest): vscode.LanguageModelChatRequestOptions => ({
  justification: 'Goldset sends your golden cases to it.',
  modelOptions: options,
  ...(tools.length === 0
    ? {}
    : { tools: tools.map(({ name, description, parameters }) => ({ name, description: description ?? '', inputSchema: parameters })) }),
});

async function* pieces(response: vscode.LanguageModelChatResponse, done: () => void): AsyncGenerator<{ readonly text: string } | ToolCall> {
  try {
    for await (const part of response.stream) {
      if (part instanceof vscode.LanguageModelTextPart) yield { text: part.value };
      else if (part instanceof vscode.LanguageModelToolCallPart)
        yield { id: part.callId, name: part.name, arguments: JSON.stringify(part.input) };
    }
  } finally {
    done();
  }
}

function chatMessage({ role, content }: EditorMessage): vscode.LanguageModelChatMessage {
  return role === 'user'
    ? vscode.LanguageModelChatMessage.User(content.map(userPart))
    : vscode.LanguageModelChatMessage.Assistant(content.map(assistantPart));
}

function userPart(part: EditorPart): vscode.LanguageModelTextPart | vscode.LanguageModelToolResultPart {
  if ('toolResult' in part)
    return new vscode.LanguageModelToolResultPart(part.toolResult.id ?? '', [new vscode.LanguageModelTextPart(part.toolResult.text)]);
  const { image } = part as { image?: { mimeType: string; data: string } };
  const data = dataPart();
  if (image !== undefined && data !== null) return data.image(Buffer.from(image.data, 'base64'), image.mimeType);
  return new vscode.LanguageModelTextPart('text' in part ? part.text : '');
}

function assistantPart(part: EditorPart): vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart {
  if ('toolCall' in part) {
    const input = parseJson(part.toolCall.arguments);
    return new vscode.LanguageModelToolCallPart(part.toolCall.id ?? '', part.toolCall.name, isJsonObject(input) ? input : {});
  }
  return new vscode.LanguageModelTextPart('text' in part ? part.text : '');
}
