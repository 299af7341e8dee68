/** Names that a secret is given to, as data. A name is compared without case, spaces, hyphens, underscores and dots. */

import { groupBy } from '../../collections/group-by.ts';

/** `key`: the value is a generated key. `password`: a person may have chosen it. */
export type SecretKind = 'key' | 'password';

/** Ends of names. Sources: detect-secrets keyword, gitleaks generic-api-key, and the words of other languages for a password. */
const ENDS: Readonly<Record<SecretKind, readonly string[]>> = {
  key: [
    ...['apikey', 'accesskey', 'secretkey', 'privatekey', 'signingkey', 'encryptionkey', 'masterkey', 'accountkey', 'sharedkey'],
    ...['sharedaccesskey', 'servicekey', 'authkey', 'storagekey', 'subscriptionkey', 'appkey', 'applicationkey', 'adminkey', 'writekey'],
    ...['consumerkey', 'clientkey', 'integrationkey', 'deploykey', 'sshkey', 'hmackey', 'aeskey', 'sessionkey', 'licensekey', 'cryptkey'],
    ...['secret', 'token', 'credential', 'credentials', 'authorization', 'secretkeybase', 'sharedaccesssignature', 'bearer', 'accesskeyid'],
    ...['phpsessid', 'jsessionid', 'connectsid', 'sessionid', 'amzsignature', 'oauthsignature', 'apisecret', 'jwt'],
  ],
  password: [
    'password',
    'passwd',
    'passphrase',
    'passcode',
    'passwort',
    'kennwort',
    'contraseña',
    'contrasena',
    'senha',
    'wachtwoord',
  ].concat(['motdepasse', 'lösenord', 'hasło', 'пароль', '密码', '密碼', 'パスワード', 'userpass', 'dbpass', 'rootpass']),
};

/** Short names: only whole, or after another word. */
const WORDS: Readonly<Record<string, SecretKind>> = { pwd: 'password', pass: 'password', pw: 'password', auth: 'key' };
/** What a name with such an end is when it is no secret. */
const HARMLESS =
  /(?:next|page|continuation|pagination|sync|cancel(?:lation)?|csrf|public|cursor|resume|reset|stop|end|eos|bos|pad|start|mask|special)token$/;
/** In the query of an address these are secrets too. */
const QUERY = new Set(['key', 'sig', 'signature', 'auth', 'code', 'secret', 'token']);

const pairOf = (end: string): number => end.charCodeAt(end.length - 2) * 65_536 + end.charCodeAt(end.length - 1);
type NameEnd = readonly [end: string, kind: SecretKind];
const NAME_ENDS = (['key', 'password'] as const).flatMap((kind) => ENDS[kind].map((end): NameEnd => [end, kind]));
const byPair: ReadonlyMap<number, readonly NameEnd[]> = groupBy(NAME_ENDS, ([end]) => pairOf(end));
const PAIRS = new Set([...byPair.keys(), ...[...Object.keys(WORDS), ...QUERY].map(pairOf)]);

const lower = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);

/** Whether a name that ends here could be one: false for most, at the price of two characters. */
export const mayEndSecretName = (text: string, end: number): boolean =>
  PAIRS.has(lower(text.charCodeAt(end - 2)) * 65_536 + lower(text.charCodeAt(end - 1)));

/** What a name says of its value; null: nothing. `isQuery`: it stands after `?` or `&`. */
export function secretKind(name: string, isQuery: boolean): SecretKind | null {
  const plain = name.toLowerCase().replace(/[\s_.-]+/g, '');
  if (isQuery && QUERY.has(plain)) return 'key';
  const kind = plain.length < 2 ? undefined : byPair.get(pairOf(plain))?.find(([end]) => plain.endsWith(end))?.[1];
  if (kind !== undefined) return HARMLESS.test(plain) ? null : kind;
  const word = /(?:^|[\s_.-]|[a-z](?=[A-Z]))(pwd|pass|pw|auth|PWD|PASS|PW|AUTH|Pwd|Pass|Pw|Auth)$/.exec(name)?.[1];
  return word === undefined ? null : (WORDS[word.toLowerCase()] ?? null);
}
