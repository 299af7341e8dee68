/** Which variables of the environment a file may supply, and which are keys wherever they are used. */

/** Whether a file may supply a variable: none that directs Goldset, Node, a proxy or an address. */
export const mayBeSupplied = (name: string): boolean => !/^(?:GOLDSET_|NODE_)|_(?:PROXY|BASE_URL)$/i.test(name);

/** Words of a name that say that its value is a secret, and names of addresses that hold a password. */
const SECRET_WORD =
  /(?:^|_)(?:\w*KEY|\w*TOKEN|\w*SECRETS?|\w*PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|AUTH|CREDENTIALS?|COOKIE|PAT|DSN|CONNECTION_STRING|WEBHOOK(?:_URL)?)$/i;
const ADDRESS =
  /^(?:DATABASE|POSTGRES(?:QL)?|MYSQL|MARIADB|MONGO(?:DB)?|REDIS|AMQP|RABBITMQ|CLICKHOUSE|ELASTICSEARCH|KAFKA)\w*_(?:URL|URI)$/i;

/** Whether a variable signs requests or directs Goldset, or is called a key, a password or the like: it is never put into a prompt. */
export const isKeyName = (name: string): boolean =>
  /^(?:AWS_ACCESS_KEY_ID|AWS_BEARER_TOKEN_BEDROCK|GOLDSET_\w+)$/i.test(name) || SECRET_WORD.test(name) || ADDRESS.test(name);
