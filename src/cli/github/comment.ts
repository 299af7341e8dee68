/** One comment per pull request, found again by a hidden marker and changed in place. */
import { keepAliveFetch } from '../../adapters/http/keep-alive-fetch.ts';
import { addressProblem, isUnencrypted } from '../../core/config/key-pair.ts';
import { HumanError, messageOf } from '../../core/problems/errors.ts';
import { isJsonObject, type JsonValue } from '../../core/json/json.ts';

export interface CommentTarget {
  /** `https://api.github.com`, or that of an Enterprise server. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly pullRequest: number;
  readonly token: string;
  /** Tells comments of several workflows apart. */
  readonly key: string;
}

/** Characters that GitHub takes. */
export const MAX_COMMENT = 65_000;
const PAGE = 100;
const MAX_PAGES = 30;

/** @throws {HumanError} with the server's words when it refuses. */
export async function upsertComment(target: CommentTarget, body: string): Promise<'created' | 'updated'> {
  if (addressProblem(target.apiUrl) !== null || isUnencrypted(target.apiUrl))
    throw new HumanError(
      'github/address',
      `GITHUB_TOKEN is not sent to ${target.apiUrl}, because the connection would not be encrypted.`,
      'Set GITHUB_API_URL to an address that starts with https://.',
    );
  const marker = `<!-- goldset:${target.key.replace(/[^\w.-]/g, '_')} -->`;
  const text = `${marker}\n${body}`;
  const issue = `/repos/${target.repository}/issues/${target.pullRequest}/comments`;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const found = await ask(target, 'GET', `${issue}?per_page=${PAGE}&page=${page}`);
    const comments = Array.isArray(found) ? found : [];
    const own = comments.find((item) => isJsonObject(item) && typeof item['body'] === 'string' && item['body'].startsWith(marker));
    if (isJsonObject(own) && typeof own['id'] === 'number') {
      await ask(target, 'PATCH', `/repos/${target.repository}/issues/comments/${own['id']}`, { body: text });
      return 'updated';
    }
    if (comments.length < PAGE) break;
  }
  await ask(target, 'POST', issue, { body: text });
  return 'created';
}

async function ask({ apiUrl, token }: CommentTarget, method: string, path: string, body?: object): Promise<JsonValue> {
  let response: Response;
  try {
    response = await keepAliveFetch(`${apiUrl}${path}`, {
      method,
      signal: AbortSignal.timeout(30_000),
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'goldset',
        'x-github-api-version': '2022-11-28',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch (error) {
    throw new HumanError('github/unreachable', `${apiUrl} cannot be reached: ${messageOf(error)}.`);
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as JsonValue;
  throw new HumanError(
    'github/refused',
    `${method} ${path} was refused with ${response.status}: ${text.slice(0, 200)}`,
    response.status === 403 ? 'Give the workflow `permissions: pull-requests: write`.' : undefined,
  );
}
