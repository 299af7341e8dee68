/** What the static text of a prompt asks of the answer, in the words of several languages: a length, data, reasoning before the answer. */

const BREVITY: readonly RegExp[] = [
  /\b(be (brief|concise|terse|short)|briefly|concisely|terse(ly)?|(brief|concise|short|terse|one-line) (\w+ )?(answer|reply|response|summary|sentence|paragraph|note)s?|keep (it|answers?|replies|the answer|your answer) (short|brief|concise)|(at most|no more than|a maximum of|max\.?|up to|under|fewer than|less than|within|in|about) (an? )?(\d+|one|two|three|four|five|six|seven|eight|nine|ten|a few|hundred|fifty|twenty) ?(hundred )?(sentence|word|line|paragraph|bullet|character|token|item)s?|(one|a single) (sentence|word|line|paragraph)|(two|three|\d+) (sentences|words|lines|bullets|bullet points)|(answer|reply|respond|output|return|give) (with )?(only|just)|only (reply|answer|output|return|the (answer|label|json|number|name))|nothing else|no (explanation|preamble|prose))\b/i,
  /\b(höchstens|maximal|kurz|knapp|in (einem|zwei|drei) (satz|sätzen|worten)|nur (mit|das|die|den))(?![\p{L}])/iu,
  /\b(au plus|maximum|brièvement|bref|brève|courte?|en (une|deux|trois) phrases?|uniquement|seulement)(?![\p{L}])/iu,
  /\b(como máximo|brevemente|breve|corta|en (una|dos|tres) frases?|únicamente|solo|no máximo|em (uma|duas|três) frases?|apenas|al massimo|in (una|due|tre) frasi|soltanto)(?![\p{L}])/iu,
  /簡潔|短く|以内|字以下|简短|简洁|字以内|간결|이내/,
];

/** Whether the text says how long the answer should be. */
export const asksForBrevity = (text: string): boolean => BREVITY.some((pattern) => pattern.test(text));

/** Its result is as long as what it is given: a shorter one would have lost something. */
const OF_THE_INPUT: readonly RegExp[] = [
  /\b(translat(e|es|ing|ion)|rewrit(e|es|ing)|rephras\w+|paraphras\w+|proofread\w*|transcrib\w+|convert\w*|port this|reformat\w*|refactor\w*|(fix|correct) the (spelling|grammar)|keep (every|all)|(write|generate|output|complete|give) (the |only the )?(\w+ )?(code|function|query|script|tests?)|code only)\b/i,
  /\b(übersetz\w*|überarbeite\w*|korrigier\w*|tradui\w+|réécri\w+|corrige\w*|traduc\w+|traduz\w*|reescrib\w+|riscriv\w+)(?![\p{L}])/iu,
  /翻訳|翻译|번역|校正|改写/,
];

/** Whether the length of the answer follows from the input. */
export const followsTheInput = (text: string): boolean => OF_THE_INPUT.some((pattern) => pattern.test(text));

const NOT = String.raw`(?<!\b(?:do not|don't|don’t|never|without|nicht|ne|no)\s(?:\p{L}+\s)?)`;
const ANSWERING = String.raw`(?:answer(?:ing)?|decid(?:e|ing)|respond(?:ing)?|giv(?:e|ing)|output(?:ting)?|label(?:l?ing)?|choos(?:e|ing)|scor(?:e|ing))`;
/** From the reasoning on, the words that lead to the answer proper. */
const THEN = String.raw`[^\n]{0,120}?\b(?:then|after(?:wards| that)|finally|(?:in|on|into|at) the (?:last line|end))\b[^.\n]{0,40}`;

const REASONING_FIRST: readonly RegExp[] = [
  new RegExp(`${NOT}\\b(?:think|reason|explain|write|work)\\b[^.\\n]{0,60}\\bbefore (?:you )?${ANSWERING}\\b`, 'iu'),
  new RegExp(
    `${NOT}\\b(?:explain(?:ing)? your (?:reasoning|answer|decision|thinking)|(?:think|reason|work)\\b[^.\\n]{0,40}step[- ]by[- ]step|think aloud|reason first|show your (?:work|reasoning))${THEN}\\b(?:answer|respond|reply|give|output|write|state|return|choose|decide|label|classify|score|verdict)`,
    'iu',
  ),
  new RegExp(`${NOT}\\b(?:denk|überleg)\\p{L}*[^.\\n]{0,60}\\b(?:bevor|und dann|anschließend|danach)(?!\\p{L})`, 'iu'),
  new RegExp(`${NOT}\\b(?:réfléchi|raisonne)\\p{L}*[^.\\n]{0,60}(?:avant de|puis|ensuite)(?!\\p{L})`, 'iu'),
  new RegExp(
    `${NOT}\\b(?:piensa|razona|pense|raciocine|pensa|ragiona)(?!\\p{L})[^.\\n]{0,60}\\b(?:antes de|y luego|depois|prima di|e poi)(?!\\p{L})`,
    'iu',
  ),
  /(?:段階的|順を追って|ステップバイステップ)[^。\n]{0,20}考え[^。\n]{0,30}(?:から|後|最後)|(?:逐步|一步一步|一步步)(?:思考|推理|分析)[^。\n]{0,30}(?:再|然后|最后)/,
];

/** The reasoning is not to be written. */
const KEPT_INSIDE =
  /\b(?:silently|internally|privately|to yourself|in your head)\b|\b(?:do not|don't|don’t|never|without) (?:writ|show|output|includ|reveal|print|mention)\w*(?: down| out)?(?: any of)? (?:your|the|any) (?:reasoning|thinking|thoughts|steps|analysis|work)/i;

/** Whether the text asks for reasoning in front of the answer. Reasoning that is the answer (a lesson, a review, instructions) is not meant. */
export const asksToReasonFirst = (text: string): boolean =>
  !KEPT_INSIDE.test(text) && REASONING_FIRST.some((pattern) => pattern.test(text));

const REPLY = String.raw`(?:reply|respond|answer|output|return|give|write|produce|emit|format|extract|provide|generate)`;
const DATA: readonly RegExp[] = [
  new RegExp(`${NOT}\\b${REPLY}\\b([^.\\n]{0,60}?)\\b(?:json\\b|as an object|key[- ]value|with the (?:keys|fields))`, 'giu'),
  /\bjson only\b|\bonly json\b/gi,
  // An example of the object, introduced by what it is.
  /(?:like this|format|form|structure|following|so|output|respon(?:d|se)\w*|return\w*|reply|answer)[^\n]{0,40}:?[ \t]*\n\s*(?:```(?:json)?\s*)?\{\s*"[\w-]+"\s*:/gi,
  new RegExp(`${NOT}\\b(?:antworte|gib|liefere|erstelle|extrahiere)\\b([^.\\n]{0,60}?)\\bjson`, 'giu'),
  new RegExp(`${NOT}(?:réponds|renvoie|retourne|donne|extrais|renvoyez|répondez)\\b([^.\\n]{0,60}?)\\bjson\\b`, 'giu'),
  new RegExp(
    `${NOT}\\b(?:responde|devuelve|extrae|genera|responda|retorne|devolva|rispondi|restituisci)\\b([^.\\n]{0,60}?)\\bjson\\b`,
    'giu',
  ),
  /json(?:形式|オブジェクト)?[でを]\s*(?:出力|返|回答|答え)|(?:以|返回|输出)[^。\n]{0,10}json|json(?:으로| 형식)/gi,
];

/** Between the verb and `JSON`: the JSON is something else than the answer. */
const OTHERS_JSON = /\b(?:that|which|who|reads?|reading|from|function|class|script|parser|about|tool|arguments?|and one)\b/i;
/** Behind it: a part of a document, one object a line, or a file's name. */
const PART_OF_MORE = /^[^.\n]{0,40}\b(?:code block|block|per line|on each line|lines|files?|document at|section|at the end of)\b|^\.\w/i;

/** Whether the answer is to be data in JSON. */
export const asksForData = (text: string): boolean =>
  DATA.some((pattern) =>
    [...text.matchAll(pattern)].some((match) => {
      const behind = text.slice(match.index + match[0].length);
      return !OTHERS_JSON.test(match[1] ?? '') && !(/json$/i.test(match[0]) && PART_OF_MORE.test(behind)) && !isArgument(text, match.index);
    }),
  );

/** `Give the arguments of the tool as JSON`. */
const isArgument = (text: string, at: number): boolean =>
  /\b(?:arguments?|parameters?) (?:of|for|to) (?:the|a|each) (?:tool|function)/i.test(text.slice(at, at + 80));
