/** The texts of an output that a person grades, as label and draw files keep them: redacted as captured. */
import { readable, type JsonObject } from '../../json/json.ts';
import type { LabelledItem } from '../../judge/labels/label-record.ts';
import type { Result } from '../../results/result.ts';
import { capturedMessages } from './captured-request.ts';
import type { Interaction, StoredLine } from './interaction.ts';
import { passagesOf, withoutPassages } from './passages.ts';

type Texts = Pick<Interaction, 'variables' | 'messages' | 'chunks' | 'output'>;

/** Of a stored interaction, which is redacted already; null: it has no output. */
export function itemOfInteraction(interaction: Texts): LabelledItem | null {
  const { output, messages, variables } = interaction;
  if (output === null) return null;
  const passages = passagesOf(interaction);
  const said = capturedMessages(messages).findLast(({ role }) => role === 'user' || role === 'human')?.text ?? '';
  const input = said === '' ? variablesText(withoutPassages(variables, passages)) : said;
  return { input: input === '' ? null : input, output, context: passages.texts.length === 0 ? null : passages.texts.join('\n\n') };
}

/** Of a run. `redact`: what the workspace takes out of interactions. Null: there is no output. */
export function itemOfResult(
  result: Pick<Result, 'vars' | 'messages' | 'output' | 'context'>,
  redact: (line: StoredLine) => StoredLine,
): LabelledItem | null {
  const line = redact({
    interaction: {
      ...NO_CALL,
      variables: result.vars,
      messages: (result.messages ?? []).map(({ role, content }) => ({
        role,
        content: content.flatMap((part) => ('text' in part ? [part.text] : [])).join('\n'),
      })),
      chunks: (result.context ?? []).map((text) => ({ id: null, text, score: null })),
      output: result.output,
    },
  });
  return 'interaction' in line ? itemOfInteraction(line.interaction) : null;
}

/** One variable is its text; several have their names. */
function variablesText(variables: JsonObject): string {
  const given = Object.entries(variables);
  const [only] = given;
  if (given.length === 1 && only !== undefined) return readable(only[1] ?? null);
  return given.map(([name, value]) => `${name}: ${readable(value)}`).join('\n');
}

const NO_CALL: Interaction = {
  id: '',
  time: '',
  action: null,
  conversation: null,
  trace: null,
  responseId: null,
  user: null,
  prompt: null,
  variables: {},
  model: null,
  parameters: {},
  messages: [],
  tools: [],
  chunks: [],
  output: null,
  finish: null,
  usage: null,
  costUsd: null,
  ttftMs: null,
  latencyMs: null,
  error: null,
  environment: null,
  signals: [],
  triage: null,
};
