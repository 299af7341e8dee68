/** The methods of an SDK's client, as its own prototypes have them. */

/** Such as `chat.completions.create`, below the client. */
export function methodsOf(client: object): string[] {
  const found: string[] = [];
  const seen = new Set<object>();
  const walk = (part: object, path: readonly string[]): void => {
    if (seen.has(part)) return;
    seen.add(part);
    for (const name of namesOf(part)) {
      if (name === 'constructor' || name.startsWith('_')) continue;
      const value: unknown = valueOf(part, name);
      const isClass = typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
      if (typeof value === 'function' && path.length > 0 && !isClass) found.push([...path, name].join('.'));
      else if (typeof value === 'object' && value !== null && '_client' in value) walk(value, [...path, name]);
    }
  };
  walk(client, []);
  return found.sort();
}

function namesOf(part: object): Set<string> {
  const names = new Set<string>();
  for (let at: object | null = part; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null)
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return names;
}

/** Some properties can be read only with keys that a test has not. */
function valueOf(part: object, name: string): unknown {
  try {
    return Reflect.get(part, name);
  } catch (error) {
    return error instanceof Error ? null : error;
  }
}

/** Methods that give no answer of a model to hang feedback on, each with the reason. `*`: all below. A new method or resource is in neither list, and fails the test. */
export const NOT_ANSWERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  openai: {
    ...Object.fromEntries(
      [
        ...[
          'files',
          'models',
          'fineTuning',
          'vectorStores',
          'safety',
          'webhooks',
          'uploads',
          'admin',
          'conversations',
          'evals',
          'containers',
        ],
        ...[
          'skills',
          'contentProvenanceChecks',
          'batches',
          'chat.completions.messages',
          'responses.inputItems',
          'beta.responses.inputItems',
        ],
      ].map((resource) => [`${resource}.*`, 'it manages things of the account; no model answers']),
    ),
    ...Object.fromEntries(
      ['beta.assistants', 'beta.threads', 'beta.chatkit', 'beta.agents'].map((resource) => [
        `${resource}.*`,
        'the provider runs the calls itself, later; its traces come over OpenTelemetry',
      ]),
    ),
    ...Object.fromEntries(
      ['realtime', 'live', 'beta.realtime', 'audio', 'videos'].map((resource) => [
        `${resource}.*`,
        'sound and video are not recorded; say their cost with action.cost',
      ]),
    ),
    'completions.create': 'the old completions have no messages',
    'decisions.create': 'not documented yet; say its cost with action.cost',
    'moderations.create': 'it is free, and answers nothing',
    ...Object.fromEntries(
      ['chat.completions', 'responses', 'beta.responses'].flatMap((resource) =>
        ['retrieve', 'update', 'list', 'delete', 'cancel'].map((name) => [
          `${resource}.${name}`,
          'of an answer that was recorded when it was made',
        ]),
      ),
    ),
    'responses.compact': 'it makes an input shorter; say its cost with action.cost',
    'beta.responses.compact': 'it makes an input shorter; say its cost with action.cost',
    'responses.inputTokens.count': 'it only counts',
    'beta.responses.inputTokens.count': 'it only counts',
  },
  '@anthropic-ai/sdk': {
    ...Object.fromEntries(
      [
        ...['models', 'files', 'skills', 'userProfiles', 'organization', 'messages.batches', 'beta.messages.batches', 'beta.models'],
        ...['beta.environments', 'beta.vaults', 'beta.memoryStores', 'beta.files', 'beta.skills', 'beta.webhooks', 'beta.userProfiles'],
        ...['beta.tunnels', 'beta.organization'],
      ].map((resource) => [`${resource}.*`, 'it manages things of the account; no model answers']),
    ),
    ...Object.fromEntries(
      ['beta.agents', 'beta.sessions', 'beta.deployments', 'beta.deploymentRuns', 'beta.dreams'].map((resource) => [
        `${resource}.*`,
        'the provider runs the calls itself, later; its traces come over OpenTelemetry',
      ]),
    ),
    'completions.create': 'the old completions have no messages',
    'messages.countTokens': 'it only counts',
    'beta.messages.countTokens': 'it only counts',
  },
};

/** Of the methods those that no entry of the list names. */
export const unlisted = (methods: readonly string[], list: Readonly<Record<string, string>>): string[] =>
  methods.filter(
    (method) => !Object.keys(list).some((entry) => (entry.endsWith('.*') ? method.startsWith(entry.slice(0, -1)) : entry === method)),
  );
