/**
 * VS Code's `.prompt.md`, `.chatmode.md` and `.agent.md`: YAML front matter and one Markdown text. It is run as a plain call of a model: a
 * prompt is the user's message, a chat mode or an agent is the system's, and the user's `{{input}}` follows.
 */
import type { Diagnostics } from '../../problems/diagnostics.ts';
import type { JsonObject } from '../../json/json.ts';
import { quantity } from '../../display/figures.ts';
import type { ToolDefinition } from '../../tool.ts';
import { noYaml, readYaml } from '../../yaml/yaml.ts';
import { Fields } from '../../yaml/yaml-fields.ts';
import type { PartsMessage, PromptDocument, TemplatePart } from '../document.ts';
import type { ExternalUse } from '../external.ts';
import { blankDocument } from './blank-document.ts';
import { readFencedFile } from './fenced-file.ts';
import type { Slice } from './front-matter.ts';
import { reportOtherKeys } from './other-keys.ts';
import { fileName, fileOfPrompt, PROMPT_MD } from './prompt-name.ts';
import type { PromptContext } from './text-prompt.ts';

const KEYS = [
  ...['name', 'description', 'argument-hint', 'agent', 'mode', 'model', 'tools', 'agents', 'handoffs', 'hooks', 'target', 'mcp-servers'],
  ...['user-invocable', 'user-invokable', 'disable-model-invocation', 'infer', 'hidden', 'metadata', 'applyTo'],
];

/** What VS Code fills in; all other `${…}` is text. */
const VARIABLE =
  /\$\{(?:input:([\w.-]+)(?::[^}\n]*)?|(selection|selectedText|file|fileBasename|fileDirname|fileBasenameNoExtension|relativeFile|relativeFileDirname|lineNumber|workspaceFolder|workspaceFolderBasename))\}/g;
const FILE_LINK = /(?<!!)\[[^\]\n]*\]\((?![a-z][\w+.-]*:|#)[^()\s]+\)|(?<![\w#])#file:\S+/gi;
const USERS_INPUT = 'input';

export function readPromptMd(path: string, text: string, { stubs }: PromptContext, diagnostics: Diagnostics): PromptDocument {
  const file = fileOfPrompt(path);
  const { frontMatter, body } = readFencedFile(text, /^---[ \t]*$/, diagnostics);
  const yaml = frontMatter === null ? NOTHING : (readYaml(frontMatter.text, diagnostics, frontMatter.offset) ?? NOTHING);
  const fields = new Fields(yaml, diagnostics, 'prompt');
  const root = fields.root('The front matter');
  reportOtherKeys(fields, root, KEYS, null);
  reportLinks(body, diagnostics);
  const uses: ExternalUse[] = [];
  const tools = readTools(fields, root, stubs.tools, uses);
  const own: PartsMessage = {
    role: file.endsWith('.prompt.md') ? 'user' : 'system',
    parts: partsOf(body, file),
    source: { path: file, range: { start: body.offset, end: body.offset + body.text.length } },
  };
  return {
    ...blankDocument(path, 'prompt-md', fields.string(root, ['name']) ?? fileName(file).replace(PROMPT_MD, '')),
    description: fields.string(root, ['description']),
    model: modelOf(fields, root),
    template: { kind: 'parts', messages: own.role === 'user' ? [own] : [own, usersMessage(own)] },
    tools,
    external: uses,
  };
}

const NOTHING = noYaml();

/** What the user says to a chat mode or an agent: the variable `input` of a case. */
function usersMessage({ source }: PartsMessage): PartsMessage {
  const end = { path: source.path, range: { start: source.range.end, end: source.range.end } };
  return { role: 'user', parts: [{ variable: USERS_INPUT, print: 'text', format: null, source: end }], source: end };
}

function partsOf({ text, offset }: Slice, path: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = 0;
  const end = text.trimEnd().length;
  const place = (start: number, stop: number) => ({ path, range: { start: offset + start, end: offset + stop } });
  for (const hole of text.matchAll(VARIABLE)) {
    const variable = hole[1] ?? hole[2] ?? '';
    if (hole.index > from) parts.push({ text: text.slice(from, hole.index), source: place(from, hole.index) });
    from = hole.index + hole[0].length;
    parts.push({ variable, print: 'text', format: null, source: place(hole.index, from) });
  }
  if (end > from) parts.push({ text: text.slice(from, end), source: place(from, end) });
  return parts;
}

/** VS Code adds the files that a prompt links to; the text names them only. */
function reportLinks({ text, offset }: Slice, diagnostics: Diagnostics): void {
  const [first, ...others] = [...text.matchAll(FILE_LINK)];
  if (first === undefined) return;
  const start = offset + first.index;
  diagnostics.info(
    'prompt-md/links',
    `${quantity(1 + others.length, 'file link')} in this text: the link is sent, and the file that VS Code would add is not.`,
    { start, end: start + first[0].length },
    'Give the content of the file as a variable, such as ${input:code}, in a golden case.',
  );
}

/** The name that VS Code shows, or the first of several, as an id: `Claude Sonnet 4 (copilot)` is claude-sonnet-4. */
function modelOf(fields: Fields, root: JsonObject): PromptDocument['model'] {
  const written = root['model'];
  const isList = Array.isArray(written);
  const first = isList ? written.find((item) => typeof item === 'string') : fields.string(root, ['model']);
  if (typeof first !== 'string') return null;
  const names = first.split('|').map((name) => name.trim().replace(/^['"]|['"]$/g, ''));
  const name = (names[0] ?? '').replace(/\s*\([^)]*\)\s*$/, '');
  const range = fields.source.rangeOf(isList ? ['model', 0] : ['model']);
  const several = isList ? written.length : names.length;
  if (several > 1)
    fields.diagnostics.info(
      'prompt-md/models',
      `This file names ${several} models; the first one is used.`,
      fields.source.keyRangeOf(['model']),
    );
  const id = name.includes(':') || name.includes('/') ? name : name.toLowerCase().replace(/\s+/g, '-');
  return id === '' ? null : { id, range };
}

/** Tools of VS Code are known by name only; `stubs.tools` of goldset.yaml defines them, and golden cases say what they answer. */
function readTools(fields: Fields, root: JsonObject, stubs: readonly ToolDefinition[], uses: ExternalUse[]): ToolDefinition[] {
  const written = root['tools'];
  const names = typeof written === 'string' ? written.split(',').map((name) => name.trim()) : fields.list(root, ['tools']);
  return names.flatMap((name, i): ToolDefinition[] => {
    const at = typeof written === 'string' ? ['tools'] : ['tools', i];
    if (typeof name !== 'string') {
      fields.report(at, 'A tool must be a name.');
      return [];
    }
    const stub = stubs.find((tool) => tool.name === name);
    if (stub === undefined && name !== '') uses.push({ kind: 'tool', name, range: fields.source.rangeOf(at), isDeclared: false });
    return stub === undefined ? [] : [stub];
  });
}
