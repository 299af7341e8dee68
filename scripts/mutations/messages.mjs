/**
 * Leaves the wording of messages as it is: a literal with a space in it is prose. A test that repeats a sentence finds no fault that its
 * reader would not. Names, codes, keys and separators are changed, and so is what a message decides inside `${…}`.
 */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** @param {string} text */
const isProse = (text) => /\S\s\S|\s\S{3}|\S{3}\s/.test(text);

/**
 * The parts of a syntax tree that are looked at here.
 * @typedef {{ type: string } & Record<string, unknown>} Node
 */

/**
 * Names and calls with names: nothing in it decides.
 * @type {(node: import('@babel/types').Node) => boolean}
 */
const isPlain = (node) =>
  node.type === 'Identifier' ||
  (node.type === 'MemberExpression' && isPlain(node.object)) ||
  (node.type === 'CallExpression' && isPlain(node.callee) && node.arguments.every((one) => isPlain(one) || /Literal$/.test(one.type)));

const messages = {
  /** @param {{ node: import('@babel/types').Node }} path */
  shouldIgnore({ node }) {
    if (node.type === 'StringLiteral' && isProse(node.value)) return 'The wording of a message.';
    if (node.type === 'TemplateLiteral' && isProse(node.quasis.map(({ value }) => value.raw).join('x')) && node.expressions.every(isPlain))
      return 'The wording of a message.';
    return undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'messages', messages)];
