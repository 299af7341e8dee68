/**
 * Which variable is whose own: the name that a service's documentation gives the variable of its key, and the origins of its API in the same
 * documentation. Read on 2026-11-28. A service whose address differs by customer (Azure, Vertex, gateways, private endpoints) has no row: its
 * pairs are allowed by the user. Bedrock's addresses differ by region alone.
 */
const ROWS: readonly (readonly [variables: readonly string[], origins: readonly string[]])[] = [
  [['OPENAI_API_KEY'], ['https://api.openai.com']],
  [['ANTHROPIC_API_KEY'], ['https://api.anthropic.com']],
  [['OPENROUTER_API_KEY'], ['https://openrouter.ai']],
  [['GEMINI_API_KEY'], ['https://generativelanguage.googleapis.com']],
  [['GROQ_API_KEY'], ['https://api.groq.com']],
  [['MISTRAL_API_KEY'], ['https://api.mistral.ai']],
  [['DEEPSEEK_API_KEY'], ['https://api.deepseek.com']],
  [['XAI_API_KEY'], ['https://api.x.ai']],
  [['TOGETHER_API_KEY'], ['https://api.together.xyz']],
  [['FIREWORKS_API_KEY'], ['https://api.fireworks.ai']],
  [['CEREBRAS_API_KEY'], ['https://api.cerebras.ai']],
  [['PERPLEXITY_API_KEY'], ['https://api.perplexity.ai']],
  [
    ['LANGFUSE_PUBLIC_KEY', 'LANGFUSE_SECRET_KEY'],
    ['https://cloud.langfuse.com', 'https://us.cloud.langfuse.com', 'https://jp.cloud.langfuse.com', 'https://hipaa.cloud.langfuse.com'],
  ],
];

/** The origins of each variable; the first is where it is at home. */
export const OWN_ORIGINS: ReadonlyMap<string, readonly string[]> = new Map(
  ROWS.flatMap(([variables, origins]) => variables.map((variable) => [variable, origins] as const)),
);

/** What signs requests to Bedrock, and its own key. */
/** Credentials that sign a request and must not be in it. */
export const SIGNING_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

export const AWS_VARIABLES = [...SIGNING_VARIABLES, 'AWS_BEARER_TOKEN_BEDROCK'] as const;

/** Bedrock's addresses, of which only the region differs (service endpoints of the AWS General Reference). */
const BEDROCK =
  /^https:\/\/(?:bedrock-runtime(?:-fips)?\.[a-z]{2,}(?:-[a-z]+)+-\d+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)|bedrock-mantle\.[a-z]{2,}(?:-[a-z]+)+-\d+\.api\.aws)$/;

const isAwsVariable = (variable: string): boolean => AWS_VARIABLES.some((name) => name === variable);

/** Whether an origin, as `URL` writes it, is one of the variable's own. */
export const isOwnOrigin = (variable: string, origin: string): boolean =>
  OWN_ORIGINS.get(variable)?.includes(origin) === true || (isAwsVariable(variable) && BEDROCK.test(origin));
