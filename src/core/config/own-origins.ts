/**
 * Which variable is whose own: the name that a service's documentation gives the variable of its key, and the origins of its API in the same
 * documentation. Read on 2026-11-28. A service whose address differs by customer (Azure, Bedrock, Vertex, gateways) has no row: its pairs are
 * allowed by the user.
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
