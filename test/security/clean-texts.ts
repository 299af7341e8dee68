/** Texts without a secret, of many kinds: what prompts, answers, tool results and logs consist of. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SeededText } from './seeded-text.ts';

const PROSE: Readonly<Record<string, readonly string[]>> = {
  en: [
    'Please reset my password, the link in the e-mail has expired.',
    'The token limit of the model is 128000, and the key idea is to send less.',
    'A secret ingredient of the sauce: roasted garlic.',
    'Password must be at least 8 characters and contain a digit.',
    'Your password is required to continue. The password is case-sensitive.',
    'We keep API keys in the vault, never in the repository.',
    'Authorization: only for members of the finance team.',
    'She said that the access key of the lift is at the reception.',
  ],
  de: [
    'Bitte setzen Sie mein Passwort zurück.',
    'Das Passwort ist falsch, und der Schlüssel liegt unter der Matte.',
    'Der Vertrag läuft bis Ende März.',
  ],
  fr: ['Votre mot de passe est incorrect.', 'La clé de la réussite est la patience.', 'Le jeton expire dans une heure.'],
  es: ['La contraseña es obligatoria y distingue mayúsculas.', 'El informe trimestral llega el lunes.'],
  ja: ['パスワードを忘れた場合はこちら。', '納期は来週の金曜日です。'],
  ru: ['Пароль должен содержать не менее восьми символов.', 'Отчёт будет готов завтра.'],
  ar: ['كلمة المرور مطلوبة للمتابعة.', 'سيصل التقرير غدا.'],
};

const CODE: readonly string[] = [
  'interface Login { user: string; password: string; token?: string | null; apiKey: string }',
  'const apiKey = process.env.OPENAI_API_KEY ?? readSecret("openai");',
  'def login(user: str, password: str = None, *, token=None):\n    return session.post(url, auth=(user, password))',
  'token = request.headers.get("Authorization", "").removeprefix("Bearer ")',
  'client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])',
  'const { password, passwordConfirmation } = await schema.parseAsync(body);',
  'SELECT id, password_hash, api_key_id FROM users WHERE token = $1;',
  'rules: { password: "required|min:8", token: "nullable" }',
  '<input type="password" name="password" placeholder="Password" autocomplete="current-password">',
  'password: z.string().min(8).max(100),\napiKey: z.string().startsWith("sk-"),',
  'headers: { Authorization: `Bearer ${token}`, "x-api-key": apiKey },',
  'api_key: ${{ secrets.ACME_API_KEY }}\npassword: "{{ vault_db_password }}"',
  'password=<your-password>\nAPI_KEY=your-api-key-here\nSECRET=changeit-please',
  'if (token.kind === TokenKind.StringLiteral) return parseSecretLiteral(token.value);',
  'func (c *Client) SetToken(token string) { c.token = token }',
  'let secret = crypto.randomBytes(32).toString("hex");',
  'private readonly accessTokenRefreshIntervalMilliseconds = configuration.accessTokenRefresh;',
  'max_tokens: 4096, stop_token: "<|endoftext|>", pad_token_id: 50256',
  'nextPageToken: CAUQAA, pageToken: "eyJvZmZzZXQiOjIwfQ"',
  '.sk-folding-cube-wrapper .sk-chasing-dot-animated { animation: sk-cubeGridScaleDelay 1.3s infinite }',
  'risk-management-in-practice task-based-approach-to-things desk-lamp-with-usb-charging-port',
  'kubectl create secret generic db --from-literal=password=$DB_PASSWORD',
  'password2 = self.cleaned_data.get("password2")',
  'mysql -u root -p < schema.sql && PGPASSWORD="$PG_PASS" psql',
  'export PWD=/home/ana/projects OLDPWD=/home/ana',
  'const KEY = "user:settings:theme"; cache.set(`${KEY}:v2`, value);',
];

/** Files of this repository, in pieces: real code, documentation, data. */
function repositoryPieces(): readonly string[] {
  const files = ['README.md', 'CHANGELOG.md', 'package.json', 'stryker.config.mjs', 'action.yml']
    .concat(
      readdirSync('docs', { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.md'))
        .map((name) => path.join('docs', name)),
    )
    .concat(
      readdirSync('src/core', { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.includes('redaction'))
        .map((name) => path.join('src/core', name)),
    )
    .concat(readdirSync('schemas').map((name) => path.join('schemas', name)));
  return files.flatMap((file) => pieces(readFileSync(file, 'utf8'), 1500));
}

const pieces = (text: string, length: number): string[] =>
  Array.from({ length: Math.ceil(text.length / length) }, (_, i) => text.slice(i * length, (i + 1) * length));

const made: readonly ((r: SeededText) => string)[] = [
  (r) => `${r.pick(PROSE['en'] ?? [])} ${r.pick(PROSE[r.pick(Object.keys(PROSE))] ?? [])}`,
  (r) => r.pick(CODE),
  (r) => `${r.pick(CODE)}\n// ${r.pick(PROSE['en'] ?? [])}`,
  (r) => `id: ${r.uuid()}, parent: ${r.uuid()}, trace_id=${r.hex(32)} span_id=${r.hex(16)}`,
  (r) => `commit ${r.hex(40)}\nmd5 ${r.hex(32)} sha256:${r.hex(64)} integrity sha512-${r.base64(86)}==`,
  (r) =>
    `diff --git a/src/a.ts b/src/a.ts\nindex ${r.hex(7)}..${r.hex(7)} 100644\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,3 +1,3 @@\n-${r.pick(CODE)}\n+${r.pick(CODE)}`,
  (r) => `data:image/png;base64,${r.base64(r.pick([400, 2000]))}`,
  (r) => `![plot](data:image/svg+xml;base64,${r.base64(600)}) as above`,
  (r) => `https://cdn.example.com/assets/${r.hex(20)}/main.${r.hex(8)}.js?v=${r.digits(10)}&utm_source=newsletter#section-${r.digits(2)}`,
  (r) => `https://docs.example.com/en/${r.pick(['guide', 'api'])}/authentication-tokens-and-api-keys.html?page=${r.digits(1)}`,
  (r) =>
    `2026-11-${r.digits(2)}T10:00:${r.digits(2)}.${r.digits(3)}Z INFO [http] request_id=${r.uuid()} status=200 path=/v1/tokens duration=${r.digits(3)}ms`,
  (r) => `[error] auth: token expired at 2026-11-25T10:00:00Z for user ${r.digits(6)} (session ${r.uuid()})`,
  (r) =>
    JSON.stringify({
      id: `chatcmpl-${r.alnum(29)}`,
      object: 'chat.completion',
      usage: { prompt_tokens: 120, completion_tokens: 33 },
      system_fingerprint: `fp_${r.hex(10)}`,
    }),
  (r) =>
    JSON.stringify({
      id: `msg_01${r.alnum(22)}`,
      content: [{ type: 'tool_use', id: `toolu_01${r.alnum(22)}`, input: { password: null, token_count: 5 } }],
    }),
  () =>
    JSON.stringify({
      type: 'object',
      properties: { password: { type: 'string', minLength: 8 }, api_key: { type: 'string', description: 'The key' } },
    }),
  (r) => `call_${r.alnum(24)} resp_${r.hex(50)} run_${r.alnum(24)} file-${r.alnum(24)} thread_${r.alnum(24)}`,
  (r) => `customer cus_${r.alnum(14)} paid invoice in_${r.alnum(24)} with card card_${r.alnum(24)}, order ORD-${r.digits(8)}`,
  (r) =>
    `pod web-${r.lower(10)}-${r.lower(5)} image registry.example.com/app@sha256:${r.hex(64)} node ip-10-0-${r.digits(1)}-12.ec2.internal`,
  (r) => `name,email_hash,score\nana,${r.hex(32)},0.${r.digits(3)}\nben,${r.hex(32)},0.${r.digits(3)}`,
  (r) => `| key | value |\n|---|---|\n| token | ${r.digits(4)} |\n| build | ${r.hex(12)} |\n| password | (hidden) |`,
  (r) => `ETag: W/"${r.hex(32)}"\nx-request-id: ${r.uuid()}\ncf-ray: ${r.hex(16)}-FRA\nContent-Type: application/json; charset=utf-8`,
  (r) =>
    `at Object.<anonymous> (/home/ana/app/node_modules/express/lib/router/layer.js:${r.digits(3)}:${r.digits(2)})\n    at next (/home/ana/app/auth-token-middleware.js:${r.digits(2)}:5)`,
  (r) => `arn:aws:iam::${r.digits(12)}:role/deploy-access-key-rotation subnet-${r.hex(17)} vpc-${r.hex(8)} i-${r.hex(17)}`,
  (r) => `DOI 10.1145/${r.digits(7)}.${r.digits(7)}, ISBN 978-3-16-${r.digits(6)}-0, PMID ${r.digits(8)}`,
  (r) => `GGTACC${r.of('ACGT', 200)} >sp|P${r.digits(5)}|${r.of('ACDEFGHIKLMNPQRSTVWY', 120)}`,
];

/** At least so many texts. */
export function cleanTexts(random: SeededText, count: number): readonly string[] {
  const real = repositoryPieces();
  return Array.from({ length: count }, (_, i) => (i < real.length && i % 3 === 0 ? (real[i] ?? '') : random.pick(made)(random)));
}
