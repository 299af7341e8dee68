/**
 * Files of examples as tools write them: fine-tuning files and exported datasets, told apart by keys that only they have together.
 * Sources: OpenAI's fine-tuning guide (`messages`, `preferred_output`, weights), Anthropic's fine-tuning on Bedrock (`system`, `messages`),
 * Langfuse's batch export of `dataset_items`, LangSmith's examples, Braintrust's dataset events.
 */
import type { JsonValue } from '../../json/json.ts';
import { valueAt } from '../logs/rows/mapping.ts';

export interface DatasetShape {
  /** As a sentence has it: `… is a Langfuse dataset`. */
  readonly name: string;
  /** Paths that a row of it has; of a list inside, one is enough. */
  readonly needs: readonly (string | readonly string[])[];
  /** Where the input is: an object of inputs, a conversation, or a text. Null: the columns of the row are inputs. */
  readonly input: string | null;
  /** Where what is expected is. Null: by the name of a column. */
  readonly expected: string | null;
  readonly id: string | null;
  /** A conversation ends with the answer that is expected. */
  readonly endsWithAnswer: boolean;
  /** What of a row is about the tool and not about the case. */
  readonly ownFields: readonly string[];
}

const NO_PLACES = { id: null, endsWithAnswer: false, ownFields: [] } as const;

/** The first that fits is taken. */
export const DATASET_SHAPES: readonly DatasetShape[] = [
  {
    ...NO_PLACES,
    name: 'OpenAI preference fine-tuning file',
    needs: ['input.messages', 'preferred_output'],
    input: 'input',
    expected: 'preferred_output',
    ownFields: ['non_preferred_output'],
  },
  {
    ...NO_PLACES,
    name: 'Langfuse dataset',
    needs: ['input', ['datasetId', 'datasetName', 'sourceTraceId', 'sourceObservationId'], ['expectedOutput', 'status', 'datasetId']],
    input: 'input',
    expected: 'expectedOutput',
    id: 'id',
    ownFields: [
      ...['projectId', 'datasetId', 'datasetName', 'sourceTraceId', 'sourceObservationId', 'status', 'createdAt', 'updatedAt'],
      ...['validFrom', 'htmlSourcePath'],
    ],
  },
  {
    ...NO_PLACES,
    name: 'LangSmith dataset',
    needs: ['inputs', ['outputs', 'dataset_id', 'source_run_id', 'split']],
    input: 'inputs',
    expected: 'outputs',
    id: 'id',
    ownFields: ['dataset_id', 'source_run_id', 'created_at', 'modified_at', 'runs', 'name', 'attachments', 'attachment_urls'],
  },
  {
    ...NO_PLACES,
    name: 'Braintrust dataset',
    needs: ['input', ['expected', '_xact_id'], ['_xact_id', 'dataset_id', 'root_span_id']],
    input: 'input',
    expected: 'expected',
    id: 'id',
    ownFields: [
      ...['_xact_id', '_pagination_key', 'created', 'dataset_id', 'project_id', 'span_id', 'root_span_id', 'is_root', 'origin'],
      ...['comments', 'audit_data', 'classifications', 'facets'],
    ],
  },
  {
    ...NO_PLACES,
    name: 'OpenAI Evals file',
    needs: ['input', 'ideal'],
    input: 'input',
    expected: 'ideal',
  },
  {
    ...NO_PLACES,
    name: 'Anthropic fine-tuning file',
    needs: ['system', 'messages.0.role'],
    input: 'messages',
    expected: null,
    endsWithAnswer: true,
  },
  {
    ...NO_PLACES,
    name: 'fine-tuning file with messages',
    needs: ['messages.0.role'],
    input: 'messages',
    expected: null,
    endsWithAnswer: true,
    ownFields: ['tools', 'functions', 'parallel_tool_calls'],
  },
];

/** A table or JSON rows that no tool is known by. `name`: what it is called. */
export const plainShape = (name: string): DatasetShape => ({ ...NO_PLACES, name, needs: [], input: null, expected: null });

/** The shape that a row has; null: none is known. */
export const datasetShapeOf = (row: JsonValue): DatasetShape | null =>
  DATASET_SHAPES.find(({ needs }) => needs.every((need) => [need].flat().some((path) => valueAt(row, path) !== undefined))) ?? null;
