/** The text of a new prompt. It contains no parameter that a model rejects. */
import { EXAMPLE_MODEL } from '../economics/data/suggested-models.ts';

/** The limit is for thinking and answer together, so that a model which thinks still answers. */
export const newPromptText = (model: string = EXAMPLE_MODEL): string => `---
model: ${model}
config:
  maxOutputTokens: 2000
input:
  schema:
    text: string, the text to work on
---
{{role "system"}}
Describe what the model should do.

{{role "user"}}
{{text}}
`;
