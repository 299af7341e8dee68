/**
 * What an application says of a call beside the call itself, by names of its own: in attributes of spans, in metadata of logs and stores. What has
 * a field of a record goes there, whatever it is called; the rest are the record's attributes.
 */
import { isJsonObject, type JsonValue } from '../../json/json.ts';
import type { Attributes, Interaction } from '../interactions/interaction.ts';
import { kindOfSignal } from '../signals/signal-names.ts';
import { structured } from './json-in-text.ts';

/** What frameworks put among an application's names. */
const FRAMEWORK = /^(?:ls_|langgraph_|lc_|__|checkpoint_|versions?$|run_id$|run_name$|parent_run_id$|revision_id$|langfuse|helicone-)/i;

/** By what a record calls it; each in its spellings without `_`, `-` and dots. */
const FIELDS = {
  user: ['userid', 'user', 'enduserid', 'endusername', 'username'],
  conversation: ['sessionid', 'threadid', 'conversationid', 'chatid', 'session', 'conversation', 'conversationname'],
  promptName: ['promptname', 'promptkey'],
  promptVersion: ['promptversion'],
  actionType: ['goldsetactiontype', 'actiontype'],
  actionId: ['goldsetactionid', 'actionid'],
  environment: ['environment', 'deploymentenvironment', 'deploymentenvironmentname'],
} as const;
export type SaidField = keyof typeof FIELDS;
const FIELD_OF: ReadonlyMap<string, SaidField> = new Map(
  Object.entries(FIELDS).flatMap(([field, names]) => names.map((name) => [name, field as SaidField] as const)),
);

/** What is said of a call beside the call itself. Null: not said. */
export interface ApplicationFacts {
  readonly said: ReadonlyMap<SaidField, string>;
  readonly attributes: Attributes;
}

/** Takes what is said, name by name; the first that says a thing counts. */
export class SaidFacts implements ApplicationFacts {
  readonly said = new Map<SaidField, string>();
  private readonly own = new Map<string, string | number | boolean>();

  get attributes(): Attributes {
    return Object.fromEntries(this.own);
  }

  add(name: string, value: JsonValue): void {
    if (value === null || value === '' || typeof value === 'object') return;
    const field = FIELD_OF.get(name.replace(/[_.\-\s]/g, '').toLowerCase());
    if (field !== undefined) {
      if (!this.said.has(field)) this.said.set(field, String(value));
    } else if (!FRAMEWORK.test(name) && kindOfSignal(name) === null) this.attribute(name, value);
  }

  /** Whatever its name means elsewhere. */
  attribute(name: string, value: string | number | boolean): void {
    if (!this.own.has(name)) this.own.set(name, value);
  }

  /** An object of names, also as JSON; anything else says nothing. `isKnown`: names of what is read elsewhere. */
  addAll(metadata: JsonValue | undefined, isKnown: (name: string) => boolean = () => false): void {
    const object = structured(metadata);
    if (isJsonObject(object)) for (const [name, value] of Object.entries(object)) if (!isKnown(name)) this.add(name, value);
  }
}

/** The action that is said; a type alone names none. */
export function saidAction(said: ApplicationFacts['said']): Interaction['action'] {
  const [type, id] = [said.get('actionType'), said.get('actionId')];
  return type === undefined || id === undefined ? null : { type, id };
}
