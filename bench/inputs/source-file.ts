/** A TypeScript file with this many lines and prompts. */
export function sourceFile(lines: number, prompts: number): string {
  const block = (i: number): string =>
    `export function step${String(i)}(input: Input, options: { limit: number }): Output {\n  const value = input.items.filter((item) => item.size > options.limit);\n  return { value, label: \`step \${input.name}\` };\n}\n\n`;
  const prompt = (i: number): string =>
    `export const STEP_${String(i)}_PROMPT = \`Answer in one sentence.\\nUser: \${user.name}\\nDocuments: \${docs.join('\\n')}\`;\n`;
  const blocks = Array.from({ length: Math.ceil(lines / 5) }, (_, i) => block(i));
  for (let i = 0; i < prompts; i++) blocks.splice(Math.floor((blocks.length * i) / Math.max(prompts, 1)), 0, prompt(i));
  return blocks.join('');
}
