/**
 * Whether a text that a tool returned is an error message, by how it begins (test/unit/heuristics/RULE.md, measured there). Only its first
 * and its last line are looked at, so a log, a listing or a page about errors is none.
 */

/** Characters of a line that are looked at. */
const LONGEST = 300;

/** Names of HTTP's states of 400 and more. */
const STATE = String.raw`(?:bad request|unauthori[sz]ed|payment required|forbidden|not found|method not allowed|not acceptable|(?:request|gateway) time-?out|conflict|gone|payload too large|unprocessable|locked|too many requests|internal (?:server )?error|not implemented|bad gateway|service (?:temporarily )?unavailable|client error|server error)\b`;
const CODE = String.raw`[45]\d\d`;

/** `Error` in the languages that tools speak, before a colon. */
const WORD = String.raw`(?:error|err|fatal(?: error)?|fehler|erreur|errore|erro|fout|błąd|ошибка|hata|خطأ|エラー|错误|錯誤|오류)`;

const BEGINNINGS: readonly RegExp[] = [
  // `Error: …`, `Error (403): …`, `[error] …`, `ERROR 1064 (42000): …`, `Fehler beim Laden: …`
  new RegExp(
    String.raw`^\[?(?:uncaught |unhandled |internal |tool |mcp )?${WORD}\]?(?: ?\(?-?\d{3,6}\)?)?(?: \(\w{1,12}\))? ?[:：]\s*(?!(?:none|0|no|null|n\/a)\b|$)`,
    'iu',
  ),
  /^\[error\] \S/i,
  /^error (?:executing|calling|running|invoking|while|when|in|during|reading|writing|loading|fetching|parsing|processing|code|occurred|\d{3}\b)(?! ?rate| messages?\b)/i,
  /^(?:tool|function) (?:\S{1,60} )?(?:execution |call )?(?:failed|error|errored|timed out)\b/i,
  /^mcp error -?\d/i,
  /^fehler beim? \p{L}+/iu,
  // `TypeError: …`, `java.lang.IllegalStateException: …`, `Exception in thread …`
  /^(?:(?:[Uu]ncaught|[Uu]nhandled) )?(?:\w{1,60}\.){0,8}(?:[A-Z]\w{0,60})?(?:Error|Exception)(?: \[\w{1,40}\])?(?:\s*:\s*\S|\(|$| in thread)/,
  /^(?:uncaught|unhandled) (?:exception|error|promise rejection)/i,
  /^traceback \(most recent call last\)/i,
  /^(?:thread '[^']{0,60}' )?panick?(?:ed)?(?: at|:)/,
  // States of HTTP.
  new RegExp(String.raw`^(?:https?(?:\/\d(?:\.\d)?)? ?)?(?:error |status(?: code)?:? )?${CODE}[ :,.-]{1,3}${STATE}`, 'i'),
  new RegExp(String.raw`^(?:https?(?:\/\d(?:\.\d)?)? )(?:error |status |status code )?:? ?${CODE}(?:$|\s*[:.,(\-–])`, 'i'),
  new RegExp(
    String.raw`^(?:(?:request|server|api|call) (?:failed|returned|responded|answered) (?:with )?)?(?:http )?status(?: code)?:? ${CODE}\b(?! means| is)`,
    'i',
  ),
  new RegExp(String.raw`^<(?:!doctype html|html)\b[^]{0,200}<(?:title|h1)>\s*(?:error )?${CODE}\b`, 'i'),
  /^internal server error\b|^(?:service|server) (?:temporarily )?unavailable\b|^too many requests\b|^bad gateway\b/i,
  // What it could not do.
  /^failed(?: to \p{L}|: \S)/iu,
  /^(?:i was |was )?unable to \p{L}/iu,
  /^(?:could not|couldn['’]t|can(?:no|['’])t) (?:be )?(?:found|find|open(?:ed)?|read|write|access|connect|reach|load|parse|create|delete|update|get|fetch|resolve|execute|run|import|locate|retrieve|complete|process|save|send|determine|perform|query|modify|cancel|book|convert|decode|return|exchange|add|remove|establish|start)\b/i,
  /^something went wrong\b/i,
  /^(?:an? |the )?(?:unexpected |internal |unknown |network |server )?(?:error|exception) (?:has )?(?:occurred|happened)\b/i,
  /^(?:the )?(?:request|operation|connection|call|tool|command|query|execution|action|task|process)(?: \w{1,20}){0,2} (?:timed out|failed|was (?:refused|rejected|denied|reset|aborted))\b/i,
  /^(?:connection|read|write) (?:refused|reset|closed|timed out|error)\b/i,
  /^(?:timeout|timed out)(?:[:!.]|$| after| while| waiting)/i,
  /^(?:rate limit|quota)(?:ed)? (?:exceeded|reached)\b|^rate limited\b/i,
  /^(?:unauthori[sz]ed|forbidden|not authori[sz]ed|access denied|permission denied|authentication (?:failed|required))(?:$|[:.,!(]| to | for )/i,
  /^invalid (?:input|arguments?|parameters?|params|request|json|api key|token|credentials|query|syntax|url|path|date|format|option|command)\b(?! rows| values were)/i,
  /^(?:unknown|unsupported|missing (?:required )?) ?(?:tool|function|command|method|action|argument|parameter|table|file|column|user|option|file or directory)\b(?! of)/i,
  /^validation (?:error|failed)|^\d{1,3} validation errors? for /i,
  /^(?:[\w-]{1,24} ){0,3}(?:command|validation|check|hook|build|compilation|installation|import|upload|download|execution|deployment|lookup|evaluation|conversion|migration|search)s? (?:has |have )?failed(?: (?:for|with|to|at|on|in|after)\b|[:.!]|$)/i,
  /^[\w ]{1,40}(?:\([^()]{1,40}\) )?exceed(?:s|ed) (?:the )?(?:maximum|allowed|limit|size)/i,
  /^your (?:proposed )?(?:edit|change|patch|command|query|request|input|code)\b.{0,60}\b(?:errors?|failed|invalid|rejected|refused|not applied)\b/i,
  /^permission (?:to|for) .{1,60} (?:has been |was |is )?denied\b/i,
  /^(?:the )?(?:tool (?:use|call)|request|action) was (?:rejected|denied|refused|blocked)\b|^the user (?:does|do|did)(?:n['’]t| not) want to (?:proceed|run)\b/i,
  /^\w{1,40}:\w{1,40} hook error\b/i,
  /^no such (?:tool|file|function|command|table|column|key|user|host)\b/i,
  // Programs.
  /^(?:EACCES|EADDRINUSE|EAI_AGAIN|EBUSY|ECONNABORTED|ECONNREFUSED|ECONNRESET|EEXIST|EHOSTUNREACH|EINVAL|EISDIR|EMFILE|ENOENT|ENOMEM|ENOSPC|ENOTDIR|ENOTEMPTY|ENOTFOUND|EPERM|EPIPE|EROFS|ETIMEDOUT)\b[:,]/,
  /^(?:fatal|panic|npm err!|npm error|make|curl|wget|psql|ssh|rsync|docker|git|error\[E\d{1,5}\])(?:: (?:\*\*\*|\(\d|error|fatal|connect to|unable|could|cannot|not a|repository|runtime)|! | code| E| Error)/i,
  /^curl: \(\d{1,3}\)/,
  /^fatal: \S/,
  /^panic: \S/,
  /^npm (?:ERR!|error) /,
  /^ORA-\d{5}\b/,
  /^rpc error: code = /,
  /^(?:\/?[\w.-]{1,60}(?:\/[\w.-]{1,60}){0,12}: )(?:line )?(?:[^:]{1,120}: ){0,3}(?:command not found|no such file or directory|permission denied|not found|is a directory|not a directory|cannot open\b.{0,80}|connection (?:refused|timed out))\s*$/i,
  /^(?:[a-z]{2,12}: )(?:command not found|no such file or directory|permission denied): /i,
  /^<(?:error|tool_use_error|tool_error|exception|fault)>|^<\w{0,24}status>\s?(?:error|failed|failure|timeout)\s?<\//i,
];

/** How a command ended, in the first or the last line. */
const EXIT =
  /^(?:\[?(?:the )?(?:process|command|program|shell|script)(?: failed| exited| finished| completed| ended)?(?: with)? )?\(?(?:exit(?:ed)?(?: with)?[ _-]?(?:code|status)|return ?code|exit)[:=]? ?(-?\d{1,10})\b/i;

/** An exception's name at the beginning of the last line, after its trace. */
const LAST_OF_TRACE = /^(?:\w{1,60}\.){0,8}\w{0,60}(?:Error|Exception|Interrupt|Exit)(?:: |$)/;

/** Lines of a log begin with a level or a time. */
const OF_A_LOG = /^\[?(?:\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|(?:trace|debug|info|warn|warning|error|fatal)\b)/i;

/** The line that says so; null: the text is no error message. Time in proportion to the text. */
export function errorLine(given: string): string | null {
  const text = given.trim();
  if (text === '') return null;
  const end = text.indexOf('\n');
  const first = (end === -1 ? text : text.slice(0, end)).slice(0, LONGEST).trim();
  const second = end === -1 ? '' : (text.slice(end + 1, end + 1 + LONGEST).split('\n', 1)[0] ?? '').trim();
  const last =
    end === -1
      ? first
      : (text
          .slice(Math.max(end + 1, text.length - LONGEST))
          .split('\n')
          .at(-1)
          ?.trim() ?? '');
  if (OF_A_LOG.test(first) && OF_A_LOG.test(second)) return null;
  for (const line of [first, last]) {
    const code = EXIT.exec(line)?.[1];
    if (code !== undefined) return Number(code) === 0 ? null : line;
  }
  if (BEGINNINGS.some((beginning) => beginning.test(first))) return first;
  return LAST_OF_TRACE.test(last) && /^Traceback \(most recent call last\)/m.test(text) ? last : null;
}
