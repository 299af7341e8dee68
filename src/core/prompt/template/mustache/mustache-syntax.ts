/** The syntax `mustache`: its specification without HTML escaping, which a prompt does not need, and without functions in the data. */
import { HumanError } from '../../../problems/errors.ts';
import { ownValue, isJsonObject, type JsonValue } from '../../../json/json.ts';
import { LineIndex } from '../../../text/text.ts';
import type { Segment } from '../../request.ts';
import type { TemplateAnalysis, VariableReference } from '../analyse.ts';
import type { CompiledTemplate, TemplateFile } from '../compile.ts';
import { assertWithinLimits, printedValue, printsObject } from '../recorder.ts';
import { readMustache, type MustacheNode } from './read-mustache.ts';

export const MUSTACHE = { analyse: analyseMustache, compile: compileMustache };

function analyseMustache(source: string, offset: number): TemplateAnalysis {
  const { nodes, mistake } = readMustache(source);
  const variables: VariableReference[] = [];
  const partials: { name: string; range: { start: number; end: number } }[] = [];
  const blocks: { label: string; range: { start: number; end: number } }[] = [];
  // Inside of a section, a name may be a field of its items; in an inverted one it is what it is outside.
  const visit = (node: MustacheNode, isRoot: boolean): void => {
    if (node.type === 'text' || node.type === 'margin') return;
    const start = node.nameStart + offset;
    const [root = ''] = node.name.split('.');
    if (node.type === 'partial') return void partials.push({ name: node.name, range: { start, end: start + node.name.length } });
    const use = node.type === 'value' ? 'value' : 'condition';
    if (isRoot && root !== '') variables.push({ name: root, path: node.name, use, range: { start, end: start + root.length } });
    if (node.type !== 'section') return;
    blocks.push({ label: `${node.isInverted ? '^' : '#'}${node.name}`, range: { start: node.start + offset, end: node.end + offset } });
    for (const inner of node.body) visit(inner, isRoot && node.isInverted);
  };
  for (const node of nodes) visit(node, true);
  const problems =
    mistake === null
      ? []
      : [
          {
            code: 'template/syntax',
            message: `Template: ${mistake.message}.`,
            range: { start: mistake.start + offset, end: mistake.end + offset },
          },
        ];
  return { variables, partials, roles: [], blocks, problems };
}

function compileMustache(template: TemplateFile, files: ReadonlyMap<string, TemplateFile>): CompiledTemplate {
  const trees = new Map<TemplateFile, readonly MustacheNode[]>();
  const treeOf = (file: TemplateFile): readonly MustacheNode[] => {
    const known = trees.get(file);
    if (known !== undefined) return known;
    const { nodes, mistake } = readMustache(file.source);
    if (mistake !== null) {
      const line = new LineIndex(file.source.replace(/\r(?!\n)/g, '\n')).position(mistake.start).line + 1;
      throw new HumanError('template/syntax', `Template ${file.path}, line ${line}: ${mistake.message}.`);
    }
    trees.set(file, nodes);
    return nodes;
  };
  treeOf(template);
  for (const file of files.values()) treeOf(file);
  return {
    render(variables) {
      const rendering = new MustacheRendering(files, treeOf);
      rendering.nodes(treeOf(template), template, [variables], '', 0);
      return rendering.segments;
    },
  };
}

const MAX_DEPTH = 100;

class MustacheRendering {
  readonly segments: Segment[] = [];
  private characters = 0;

  constructor(
    private readonly files: ReadonlyMap<string, TemplateFile>,
    private readonly treeOf: (file: TemplateFile) => readonly MustacheNode[],
  ) {}

  /** `stack`: the contexts, the innermost last. */
  nodes(nodes: readonly MustacheNode[], file: TemplateFile, stack: readonly JsonValue[], margin: string, depth: number): void {
    if (depth > MAX_DEPTH)
      throw new HumanError('template/render', `Template ${file.path} is nested too deeply.`, 'Look for a partial that uses itself.');
    for (const node of nodes) this.node(node, file, stack, margin, depth);
  }

  private node(node: MustacheNode, file: TemplateFile, stack: readonly JsonValue[], margin: string, depth: number): void {
    const source = { path: file.path, range: { start: node.start + file.offset, end: node.end + file.offset } };
    switch (node.type) {
      case 'margin':
        if (margin !== '') this.push({ kind: 'literal', text: margin, source });
        return;
      case 'text': {
        const text = file.source.slice(node.start, node.end).replace(/\r\n?/g, '\n');
        return this.push({ kind: 'literal', text: node.start === 0 ? text.replace(/^\uFEFF/, '') : text, source });
      }
      case 'value': {
        const value = valueIn(stack, node.name);
        const isObject = printsObject(value);
        return this.push({ kind: 'value', text: printedValue(value), expression: node.name, source, ...(isObject ? { isObject } : {}) });
      }
      case 'section':
        return this.section(node, file, stack, margin, depth);
      case 'partial': {
        const partial = this.files.get(node.name);
        // As in Mustache, a missing partial prints nothing; reading the prompt reports it.
        if (partial !== undefined) this.nodes(this.treeOf(partial), partial, stack, margin + node.indent, depth + 1);
      }
    }
  }

  private section(
    node: Extract<MustacheNode, { type: 'section' }>,
    file: TemplateFile,
    stack: readonly JsonValue[],
    margin: string,
    depth: number,
  ): void {
    const value = valueIn(stack, node.name) ?? null;
    const isEmpty = Array.isArray(value) ? value.length === 0 : value === null || value === false || value === 0 || value === '';
    if (node.isInverted) return isEmpty ? this.nodes(node.body, file, stack, margin, depth + 1) : undefined;
    if (isEmpty) return;
    const contexts = Array.isArray(value) ? value : [value];
    for (const context of contexts) this.nodes(node.body, file, context === true ? stack : [...stack, context], margin, depth + 1);
  }

  private push(segment: Segment): void {
    this.characters += segment.kind === 'marker' ? 0 : segment.text.length;
    assertWithinLimits(this.characters, this.segments.length + 1);
    this.segments.push(segment);
  }
}

/** The first part of a name in the innermost context that has it; the rest inside of that value. */
function valueIn(stack: readonly JsonValue[], name: string): JsonValue | undefined {
  if (name === '.') return stack.at(-1);
  const [root = '', ...fields] = name.split('.');
  const owner = stack.findLast((context) => isJsonObject(context) && ownValue(context, root) !== undefined);
  return fields.reduce(
    (value: JsonValue | undefined, field) => (isJsonObject(value) ? ownValue(value, field) : undefined),
    isJsonObject(owner) ? ownValue(owner, root) : undefined,
  );
}
