/** Offers a language model that answers with a queue for a ticket, and keeps what it was asked. */
const vscode = require('vscode');

const requests = [];

const plain = (part) => {
  if (part instanceof vscode.LanguageModelTextPart) return { text: part.value };
  if (part instanceof vscode.LanguageModelToolResultPart)
    return { result: part.callId, text: part.content.map(({ value }) => value).join('') };
  if (part instanceof vscode.LanguageModelToolCallPart) return { call: part.name, input: part.input };
  return { mimeType: part.mimeType, bytes: part.data?.length };
};

exports.activate = (context) => {
  const models = ['sorter', 'refuser', 'slow'].map((family) => ({
    id: `${family}-1`,
    name: `Test ${family}`,
    family,
    version: '1.0.0',
    maxInputTokens: 8000,
    maxOutputTokens: 1000,
    capabilities: { toolCalling: true, imageInput: true },
    isUserSelectable: true,
  }));
  context.subscriptions.push(
    vscode.commands.registerCommand('goldset-test.requests', () => requests.splice(0)),
    vscode.lm.registerLanguageModelChatProvider('goldset-test', {
      provideLanguageModelChatInformation: () => models,
      provideTokenCount: (_model, text) => Math.ceil((typeof text === 'string' ? text : JSON.stringify(text)).length / 4),
      async provideLanguageModelChatResponse(model, messages, options, progress, token) {
        requests.push({
          model: model.id,
          messages: messages.map(({ role, content }) => ({ role, content: content.map(plain) })),
          options: options.modelOptions,
          tools: options.tools?.map(({ name }) => name) ?? [],
        });
        if (model.family === 'refuser') throw vscode.LanguageModelError.Blocked('The quota of this month is used up.');
        if (model.family === 'slow') return new Promise((resolve) => token.onCancellationRequested(resolve));
        if (options.tools?.length > 0 && messages.length < 3) {
          progress.report(new vscode.LanguageModelToolCallPart('call-1', options.tools[0].name, { id: 'A-1' }));
          return;
        }
        for (const piece of ['{"label":', '"billing",', '"priority":"low"}']) progress.report(new vscode.LanguageModelTextPart(piece));
      },
    }),
  );
};
