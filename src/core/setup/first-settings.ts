/** The text of a new goldset.yaml. */

/** `model`: for prompts that name none. */
export const firstSettingsText = (model: string): string => `# Settings of Goldset. All of them are optional.
model: ${scalar(model)} # for prompts that name no model
spend: { perRun: 1.00, askAbove: 0.10 } # US dollars: the limit of a run, and the cost from which it asks first
`;

/** A text as YAML reads it back: JSON strings are YAML. */
const scalar = (text: string): string => (/^[A-Za-z][\w./:-]*[\w/]$/.test(text) ? text : JSON.stringify(text));
