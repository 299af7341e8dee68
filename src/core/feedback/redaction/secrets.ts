/** E-mail addresses and keys in a text; linear in the text. */
import type { RedactionMatch } from '../../config/redaction-rules.ts';

const LOCAL = /[\p{L}\p{N}._%+'-]/u;
const DOMAIN = /(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,8}\p{L}{2,24}/uy;
/** RFC 5321. */
const LONGEST_LOCAL = 64;

export function findEmails(text: string): RedactionMatch[] {
  const found: RedactionMatch[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    let start = at;
    while (start > 0 && at - start < LONGEST_LOCAL && LOCAL.test(text[start - 1] ?? '')) start--;
    if (start === at) continue;
    DOMAIN.lastIndex = at + 1;
    const domain = DOMAIN.exec(text);
    if (domain !== null) found.push({ start, end: at + 1 + domain[0].length, kind: 'email' });
  }
  return found;
}

/**
 * Keys by the forms that their issuers give them: OpenAI, Anthropic and others' `sk-`, Langfuse, Stripe, Google, GitHub, GitLab, Slack,
 * Hugging Face, Groq, xAI, Replicate, npm, AWS; JSON web tokens, authorization headers, passwords in URLs, blocks of private keys.
 */
const KEYS = new RegExp(
  [
    String.raw`(?<![A-Za-z0-9])(?:[sp]k-[\w-]{16,}`,
    String.raw`[sr]k_(?:live|test)_\w{16,}`,
    String.raw`AIza[\w-]{35}`,
    String.raw`ya29\.[\w-]{20,}`,
    String.raw`gh[oprsu]_\w{30,}`,
    String.raw`github_pat_\w{22,}`,
    String.raw`glpat-[\w-]{20,}`,
    String.raw`xox[abeoprs]-[\w-]{10,}`,
    String.raw`(?:hf|gsk|r8|npm)_[A-Za-z0-9]{30,}`,
    String.raw`xai-\w{40,}`,
    String.raw`A[KS]IA[0-9A-Z]{16}(?![0-9A-Z]))`,
    String.raw`(?<![\w-])eyJ[\w-]{10,}\.[\w-]{4,}\.[\w-]*`,
    String.raw`(?<=\b(?:[Bb]earer|BEARER|[Aa]uthorization: ?Basic) {1,4})[\w.~+/=-]{16,}`,
    String.raw`(?<=(?:[Ss]ecret_?[Aa]ccess_?[Kk]ey|SECRET_ACCESS_KEY|aws_secret\w{0,12})\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?)[A-Za-z0-9/+=]{40}`,
    String.raw`(?<=:\/\/[\w.%-]{0,64}:)[^\s/@:"']{1,200}(?=@)`,
    String.raw`-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]{1,20000}-----END [A-Z ]{0,30}PRIVATE KEY-----|[^-]{0,20000})`,
  ].join('|'),
  'g',
);

export const findKeys = (text: string): RedactionMatch[] =>
  Array.from(text.matchAll(KEYS), ({ index, 0: { length } }) => ({ start: index, end: index + length, kind: 'key' }));
