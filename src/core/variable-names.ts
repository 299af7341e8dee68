/** Which variables of the environment a file may supply, and which are keys wherever they are used. */

/** Whether a file may supply a variable: none that directs Goldset, Node, a proxy or an address. */
export const mayBeSupplied = (name: string): boolean => !/^(?:GOLDSET_|NODE_)|_(?:PROXY|BASE_URL)$/i.test(name);

/** Whether a variable signs requests or directs Goldset, or is called a key: it is never put into a prompt. */
export const isKeyName = (name: string): boolean =>
  /^(?:AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|BEARER_TOKEN_BEDROCK)|GOLDSET_\w+)$|API_?KEY$/i.test(name);
