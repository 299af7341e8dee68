/**
 * The SDKs read variables by themselves: `OPENAI_CUSTOM_HEADERS` and `ANTHROPIC_CUSTOM_HEADERS` are headers for every server, and with them a
 * key of one server would go to all. Both are read in the constructor, and no option turns that off, so a client is made while they are not set.
 */

/** What `make` returns, which runs while the variables are not set; they are set again afterwards. */
export function withoutVariables<T>(names: readonly string[], make: () => T): T {
  const set = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  for (const [name] of set) Reflect.deleteProperty(process.env, name);
  try {
    return make();
  } finally {
    for (const [name, value] of set) process.env[name] = value;
  }
}
