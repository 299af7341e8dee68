/** A judge of tone that misses rude answers, the rule that it lacks, and a writer that proposes this rule: for alignment, with planted truth. */

export const TONE = 'judges/tone.prompt';
export const WEAK = 'Say pass if the output is well written.';
export const RULE = 'Say fail if it sends the person away.';

/** The text of the judge. `settings`: lines of its front matter; `asked`: a line before the output. */
export const toneJudge = (settings = 'model: scripted:./tone.scripted.yaml', asked = ''): string => `---
${settings}
output:
  format: json
  schema: { type: object, properties: { reason: { type: string }, verdict: { type: string, enum: [pass, fail, unknown] } }, required: [reason, verdict] }
---
{{role "system"}}
You grade an output by a rubric. ${WEAK}
{{role "user"}}
Rubric: {{rubric}}
${asked}Output: {{output}}
`;

/** A scripted model that proposes the rule. */
export const TONE_WRITER = `default: { json: { proposals: [{ reason: Tone counts., errors: [e1], edits: [{ find: "${WEAK}", replace: "${WEAK} ${RULE}" }] }] } }\n`;

/** A scripted model of the judge: it knows what is rude once it has the rule. `more`: further rules, a line each. */
export const toneVerdicts = (more = ''): string => `rules:
  - { when: { system: "sends the person away", user: "Go away" }, json: { reason: It is rude., verdict: fail } }
${more}default: { json: { reason: It is well written., verdict: pass } }
`;

/** Of the prompt that is judged: half of its answers are rude, and the judge notices the third of these that shouts. */
export const CASES = 60;
export const SHOUTS = '  - { when: { user: "Go away, customer \\\\d+!" }, json: { reason: It shouts., verdict: fail } }\n';
const isRude = (i: number): boolean => i % 2 === 0;
const replyTo = (i: number): string => (isRude(i) ? `Go away, customer ${i}${i % 6 === 0 ? '!' : ''}` : `Good day, customer ${i}.`);
/** A scripted model of its answers. */
export const REPLIES = `rules:\n${Array.from({ length: CASES }, (_, i) => `  - { when: { user: "Hello ${i}\\\\." }, reply: "${replyTo(i)}" }\n`).join('')}`;
/** Its golden set. `rubric`: as YAML. */
export const goldenWith = (rubric: string): string =>
  Array.from(
    { length: CASES },
    (_, i) => `- { id: c${i}, vars: { x: "Hello ${i}." }, assert: [{ type: llm-rubric, value: ${rubric} }] }\n`,
  ).join('');
