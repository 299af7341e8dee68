/**
 * How models decline, by language: data of `refusal-text.ts`. Each expression is tried on one sentence in small letters, without what is
 * quoted in it. `declines`: the sentence says that something is not done, and names it. `lacks`: it says that something is not known, not
 * found or not understood, or what a business does not do; such a sentence is not a refusal.
 */

export interface RefusalWords {
  readonly isInLatin: boolean;
  /** Every sentence that declines contains it: only then are the other expressions tried. */
  readonly when: RegExp;
  readonly declines: readonly RegExp[];
  readonly lacks: RegExp | null;
  /** `but`, after which the answer follows all the same. */
  readonly but: RegExp | null;
}

/** What a model is requested to do. */
const ACTS = String.raw`(?:help|assist|aid|answer|respond|reply|provide|give|offer|share|disclose|reveal|write|create|generate|produce|draft|compose|make|explain|describe|discuss|comment|talk|speak|engage|continue|proceed|comply|fulfil|fulfill|complete|satisfy|do (?:that|this|so|it|one)|do that|support|recommend|advise|suggest|diagnose|pretend|role-?play|impersonate|translate|browse|access|open|play|send|search|speculate|participate|promote|encourage|endorse|condone|teach|tell you how|instruct|guide|facilitate|process (?:this|your|that)|handle (?:this|that)|execute|perform|go into|enable|weigh in|draw)\b`;
const ADVERBS = String.raw`(?: (?:really|actually|currently|unfortunately|therefore|ethically|in good conscience|simply|just|also|directly|be able to|legally|personally)){0,2}`;
const NOT = String.raw`(?:can(?:no|['’]?)t|can not|won['’]t|will not|wouldn['’]t|shouldn['’]t|may not|must not|couldn['’]t)`;
const UNABLE = String.raw`(?:not (?:able|allowed|permitted|authori[sz]ed|comfortable|willing|going|qualified|equipped|designed|programmed|trained|in a position|built)|un(?:able|willing|comfortable))(?: to| with)?`;

const ENGLISH: RefusalWords = {
  isInLatin: true,
  when: /n['’]?t\b|not\b|\bun(?:able|willing|comfortable)\b|declin|refus|\b(?:rather|prefer|only|just|outside|beyond|against|breach)\b|polic|guideline|violat|contrary|conflict|limits|inappropriate|instructions|never|neither|programming/,
  declines: [
    new RegExp(String.raw`\b(?:i|we|and) ${NOT}${ADVERBS} (?!help but)${ACTS}`),
    new RegExp(String.raw`^(?:no|nope|sorry|apologies|unfortunately)?,? ?${NOT}${ADVERBS} (?:help|assist|answer|do)\b`),
    // Nothing but the refusal: what was asked is meant.
    new RegExp(String.raw`^(?:sorry|sadly|no|unfortunately)?,? ?(?:i|we) (?:${NOT}|must decline|refuse)[ .!]*$`),
    new RegExp(
      String.raw`\b(?:i['’]m|i am|we['’]re|we are|i was|am|are)(?: (?:sorry but|afraid|currently|just|also|therefore|simply|so|that i am)){0,2} ${UNABLE}${ADVERBS} ${ACTS}`,
    ),
    /\b(?:i|we) (?:must|have to|need to|['’]ll have to|will have to|would) (?:\w+ )?(?:decline|refuse|pass on)\b(?! it, because)/,
    /\bi (?:\w+ )?(?:decline|refuse) (?:to\b|that\b|this\b)/,
    /\bi(?:['’]d| would) (?:rather|prefer) not\b/,
    new RegExp(
      String.raw`\bi (?:don['’]t|do not) (?:think i should|feel (?:comfortable|right)|(?:currently )?have the (?:ability|capability|capacity) to (?:access|browse|send|open|play|execute|provide|search|see|view|generate|create))`,
    ),
    /\b(?:is not|isn['’]t|are not|aren['’]t|not) (?:a topic |a subject |something )(?:that )?(?:i|we)(?:['’]m| am| can| could| will|['’]re| are)\b/,
    /\b(?:i|we)(?: can|['’]m| am|['’]re| are)? (?:only|just) (?:able to |here to |designed to |allowed to )?(?:be able to )?(?:answer|help|assist|respond|discuss|talk|handle|support|provide|answer)\b/,
    /\b(?:i|we) (?:can )?(?:answer|help with|handle|discuss) (?:\w+ ){1,8}only\b/,
    /\b(?:violates?|against|outside|beyond|breach(?:es)?|contrary to|conflicts? with|not in line with|not within) (?:of )?(?:my|our|the) (?:\w+ ){0,3}(?:guidelines|polic(?:y|ies)|programming|rules|scope|principles|terms|purpose|expertise|instructions)\b/,
    /\b(?:outside|beyond) (?:of )?what i(?: can|['’]m| am)\b/,
    /\boff[ -]limits (?:for|to) me\b/,
    /\b(?:instructions|guidelines|rules|policy|policies|programming) (?:do not|don['’]t|does not|doesn['’]t|prevents?|prohibits?|forbids?)(?: allow| permit)? me\b/,
    new RegExp(
      String.raw`\b(?:it (?:is|would|['’]s)|it['’]s|would) (?:not be |not |never |be )(?:in)?(?:appropriate|ethical|right|responsible|possible|acceptable|safe)(?: (?:or|and|,) \w+){0,2} (?:for me )?to (?:\w+ or )?(?!suggest|make|promote|encourage|support|condone|create|send|open|play|engage)${ACTS}`,
    ),
    new RegExp(String.raw`\b(?:it would be|it['’]s|it is) inappropriate (?:for me )?to (?:\w+ or )?${ACTS}`),
    new RegExp(String.raw`\bnot appropriate (?:for me )?to (?:make assumptions or )?(?:discuss|provide|speculate|share|answer)`),
    /\b(?:can|will|could) (?:neither|not be) (?:help|assist|provided|answered|discussed)\b/,
  ],
  lacks:
    /\b(?:can(?:no|['’])t|unable to|not able to) (?:find|locate|see|tell|hear|reproduce|determine|identify|recommend .{0,40} enough|give .{0,30} enough|make (?:it|out)|access (?:your|the) (?:account|order)s? until|provide .{0,40}\b(?:without|until|unless) (?:you|your|the order|an? ))\b|\b(?:refunds?|exchanges?|replacements?|discounts?|returns?|store credit|deliver(?:y|ies)|warranty|payment)\b|\bwithout (?:more|further|additional) (?:context|information|details)\b|\bbased on (?:the|what) (?:provided|available|given)\b/,
  but: /^[^.!?]{0,140}?(?:[,;—–-]| )\s?(?:but|however|though|yet)\b(?! (?:i['’]?(?:m| am|d|['’]d)? ?(?:would be |be )?(?:happy|glad|here|can (?:help|assist|talk|offer|suggest|refer|point|discuss))|please|feel free|if you|there are (?:resources|people)|do not|don['’]t|never))/,
};

/** `\b` and `\w` of an expression know only the letters of English: here they know those of all Latin alphabets, and of Cyrillic. */
const LETTER = String.raw`[a-z0-9_\u00df-\u024f\u0400-\u04ff]`;
const BOUNDARY = `(?:(?<=${LETTER})(?!${LETTER})|(?<!${LETTER})(?=${LETTER}))`;
const ofAllLetters = ({ source }: RegExp): RegExp =>
  new RegExp(source.replaceAll('\\b', BOUNDARY).replaceAll('\\w', LETTER).replaceAll('\\p{L}', LETTER));

const words = (when: RegExp, declines: readonly RegExp[], lacks: RegExp, but: RegExp): RefusalWords => ({
  isInLatin: !/\\u|а-я/.test(when.source),
  when,
  declines: declines.map(ofAllLetters),
  lacks: ofAllLetters(lacks),
  but: ofAllLetters(but),
});

const GERMAN = words(
  /\b(?:ich|wir|mir|zuständig|meine|unsere)\b/,
  [
    /\b(?:ich|wir)\b.{0,80}\b(?:nicht|kein\w{0,2}|nichts|keinerlei)\b.{0,80}\b(?:helfen|weiterhelfen|behilflich|beantworten|antworten|geben|erteilen|bereitstellen|schreiben|verfassen|erstellen|generieren|erzeugen|mitteilen|nennen|teilen|weitergeben|unterstützen|besprechen|diskutieren|äußern|öffnen|durchsuchen|zugreifen|erklären|übersetzen|anbieten|sagen|liefern|suchen|ausführen|bearbeiten|verarbeiten|fortsetzen)\b/,
    /\b(?:helfe|schreibe|erstelle|beantworte|unterstütze|gebe) ich\b.{0,40}\b(?:nicht|kein\w{0,2})\b|\bich (?:helfe|schreibe|erstelle|beantworte|unterstütze|gebe)\b.{0,60}\b(?:nicht|kein\w{0,2})\b/,
    /\bmir (?:leider )?nicht (?:möglich|erlaubt|gestattet)\b|\bnicht in der lage\b.{0,60}\bzu\b/,
    /\b(?:muss|werde|möchte)\b.{0,40}\bablehnen\b|\blehne\b.{0,60}\bab\b/,
    /\b(?:ich|wir)\b.{0,30}\b(?:nur|ausschließlich|lediglich)\b.{0,80}\b(?:beantworten|helfen|antworten|zuständig|auskunft geben|unterstützen)\b/,
    /\bnicht zuständig\b|\bgegen (?:meine|unsere) (?:richtlinien|regeln|vorgaben|grundsätze)\b/,
  ],
  /\b(?:finden|auffinden|sehen|erkennen|kommen|feststellen|verstehen)\b|\b(?:auf (?:der )?(?:grundlage|basis)|anhand) der\b|\b(?:rückgabe|erstattung|rechnung|lieferung)\b.{0,30}\bnicht möglich\b/,
  /^.{0,60}, aber (?!(?:gerne|ich helfe|bitte|wende))/,
);

const FRENCH = words(
  /\b(?:je|nous|règles|politiques?|directives|principes|consignes|impossible)\b|\b[jn]['’]/,
  [
    /\b(?:je|nous|j['’]) ?(?:ne |n['’])(?:peux|pouvons|suis|sommes|puis|pourrai|pourrais|ai|veux|vais|souhaite|dois)\b.{0,50}\b(?:aider|aide|répondre|fournir|donner|générer|créer|écrire|rédiger|partager|divulguer|discuter|commenter|traiter|produire|assister|poursuivre|continuer|suivre|proposer|accéder|ouvrir|suite|conseiller|parler|traduire|exécuter|réaliser|révéler)\b/,
    /\b(?:je )?ne (?:vous |te )?(?:peux|puis) pas\b.{0,30}\b(?:aider|répondre|fournir|donner)\b/,
    /\bje (?:dois |me vois contraint de )?(?:refuse|décline|refuser|décliner)\b/,
    /\bje préfère ne pas\b/,
    /\bil m['’]est impossible\b/,
    /\bje (?:ne )?peux (?:répondre |vous aider |aider )?(?:seulement |uniquement )?(?:répondre )?(?:qu['’](?:aux|à|avec)|que (?:sur|pour|dans))/,
    /\b(?:enfreint|viole|contraire à|va à l['’]encontre de)\b.{0,30}\b(?:règles|politiques?|directives|principes|consignes)\b/,
  ],
  /\b(?:trouve|trouver|trouvé|comprendre|comprends|voir|entendre|connecter|venir|savoir)\b|\bremboursement\b/,
  /^.{0,60}, mais (?!(?:je (?:serais|peux vous aider|suis)|n['’]hésitez))|\btoutefois\b|\bcependant\b/,
);

const SPANISH = words(
  /\b(?:no|solo|rechaz\w+|declin\w+|niego|prefiero|pol\S+ticas|normas|directrices|reglas)\b|sólo|únicamente/,
  [
    /\bno (?:me |te |le |se )?(?:puedo|podemos|podré|podría|voy a|quiero|debo|soy capaz de|estoy (?:autorizado|autorizada|capacitado|en condiciones)|tengo (?:la )?(?:capacidad|permiso|autorización)|me es posible|es posible que yo)\b.{0,40}\b(?:ayudar\w{0,4}|asistir\w{0,3}|responder\w{0,3}|contestar|proporcionar\w{0,3}|dar\w{0,3}|ofrecer\w{0,3}|generar|crear|escribir|redactar|compartir|revelar|hablar|discutir|comentar|cumplir\w{0,2}|continuar|acceder|abrir|navegar|recomendar|aconsejar|brindar\w{0,3}|traducir|realizar|hacer\w{0,2}|participar)\b/,
    /\b(?:debo|tengo que|me veo obligado a) (?:rechazar|declinar|negarme)\b|\bme niego a\b|\brechazo esa\b/,
    /\bprefiero no (?:escribir|hacer|responder|hablar|dar|opinar|generar)\b/,
    /\bsolo puedo (?:responder|ayudar|hablar|contestar)|\bsólo puedo (?:responder|ayudar)|\búnicamente puedo\b/,
    /\b(?:en contra de|viola|infringe|contraviene) (?:mis|nuestras|las) (?:\w+ )?(?:políticas|normas|directrices|reglas)\b/,
  ],
  /\b(?:encontrar|encuentro|ver|entender|saber|reembolso|venir|asistir a)\b|\bsin más contexto\b/,
  /^.{0,80}, pero (?!(?:puedo ayudar|con gusto|estoy))|\bsin embargo, puedo\b|\btendrías algunas opciones\b/,
);

const PORTUGUESE = words(
  /não|só |somente|apenas|recus|declinar|prefiro|fora d|diretrizes|políticas|regras/,
  [
    /\bnão (?:me |te |lhe )?(?:posso|podemos|poderei|consigo|conseguimos|vou|devo|quero|sou capaz de|estou (?:autorizad[oa]|apto|em condições)(?: a| de)?|tenho (?:a )?(?:capacidade|permissão|autorização) (?:de|para))\b.{0,40}\b(?:ajudar|ajudá|auxiliar|responder|fornecer|dar|oferecer|gerar|criar|escrever|redigir|compartilhar|partilhar|divulgar|revelar|falar|discutir|comentar|atender|continuar|acessar|abrir|navegar|recomendar|aconselhar|traduzir|realizar|fazer|alterar|participar|cumprir)\b/,
    /\b(?:preciso|devo|tenho (?:de|que)) (?:recusar|declinar)\b|\brecuso\b/,
    /\b(?:só|somente|apenas) (?:posso|consigo) (?:responder|ajudar|falar)|\bprefiro não\b/,
    /\bfora (?:do que posso|do meu escopo|da minha)\b|\b(?:contra|viola) (?:as )?(?:minhas|nossas) (?:políticas|diretrizes|regras)\b/,
  ],
  /\b(?:encontrar|encontrei|localizar|ver|entender|saber|reembolso|vir)\b/,
  /^.{0,60}, mas (?!(?:posso (?:te )?ajudar|estou|ficarei))|\bno entanto, posso\b/,
);

const ITALIAN = words(
  /\b(?:non|posso|devo|debbo|rifiuto|preferisco|solo|linee)\b/,
  [
    /\bnon (?:ti |vi |le |la |mi è (?:possibile|permesso|consentito)|sono (?:in grado|autorizzat[oa]|abilitat[oa])|posso|possiamo|potrò|voglio|devo|ho la (?:capacità|possibilità) di)\b.{0,50}\b(?:aiutar\w{0,3}|assister\w{0,3}|risponder\w{0,3}|fornir\w{0,3}|dar\w{0,3}|offrir\w{0,3}|generar\w{0,2}|crear\w{0,2}|scriver\w{0,3}|redigere|condivider\w{0,3}|rivelar\w{0,2}|parlar\w{0,2}|discuter\w{0,2}|commentare|soddisfare|continuare|acceder\w{0,2}|aprire|navigare|consigliar\w{0,2}|tradurre|compiere|eseguire|procedere)\b/,
    /\b(?:devo|debbo) (?:rifiutare|declinare)\b|\bmi rifiuto\b|\bpreferisco non\b|\bnon (?:scriverò|creerò|risponderò|fornirò|aiuterò|genererò)\b/,
    /\bposso (?:rispondere |aiutarti |aiutare |parlare )?(?:solo|soltanto|unicamente|esclusivamente)\b|\bsolo a domande\b/,
    /\b(?:contro|viola) le (?:mie|nostre) (?:linee guida|politiche|regole)\b/,
  ],
  /\b(?:trovare|trovato|vedere|capire|sapere|rimborso|venire)\b/,
  /^.{0,60}, ma (?!(?:posso aiutar|sarò|sono qui))|\btuttavia, posso\b/,
);

const DUTCH = words(
  /\b(?:ik|wij|mijn|onze|niet)\b/,
  [
    /\b(?:ik|wij|we)\b.{0,60}\b(?:niet|geen|niets)\b.{0,70}\b(?:helpen|beantwoorden|antwoorden|geven|verstrekken|delen|schrijven|maken|genereren|opstellen|creëren|bespreken|zeggen|ingaan|verwerken|openen|bezoeken|toegang|adviseren|vertalen|uitvoeren|doorgaan)\b/,
    /\b(?:mag|kan) ik\b.{0,40}\b(?:niet|geen|niets)\b.{0,40}\b(?:helpen|zeggen|geven|delen|beantwoorden|vertellen)\b/,
    /\bmoet ik\b.{0,20}\b(?:weigeren|afwijzen)\b|\bik (?:weiger|moet)\b.{0,30}\b(?:weigeren|te helpen|te schrijven)\b|\bniet in staat\b.{0,30}\bte\b/,
    /\b(?:ik|wij|we) kan?(?:nen)? (?:alleen|uitsluitend|slechts)\b.{0,80}\b(?:beantwoorden|helpen)\b/,
    /\b(?:tegen|in strijd met) (?:mijn|onze) (?:richtlijnen|regels|beleid)\b/,
  ],
  /\b(?:vinden|gevonden|zien|begrijpen|komen|weten)\b/,
  /^.{0,60}, maar (?!(?:ik help|ik kan je wel|ik denk graag))/,
);

const POLISH = words(
  /nie |odm|tylko|wyłącznie|jedynie|narusza|sprzeczn/,
  [
    /\bnie (?:mogę|możemy|jestem w stanie|wolno mi|mam możliwości|mam uprawnień|będę|chcę|mam prawa|jestem upoważnion[ya])\b.{0,50}(?:pomóc|pomagać|odpowiedzieć|odpowiadać|udzieli|udzielać|podać|podawać|udostępni|dostarczy|generować|wygenerować|tworzyć|stworzyć|napisać|pisać|omawiać|rozmawiać|komentować|doradzać|doradzić|przegląda|otwierać|otworzyć|kontynuować|spełnić|wykonać|ujawni|tłumaczyć|przetłumaczyć)/,
    /\b(?:muszę|jestem zmuszon[ya]) odmówić\b|\bodmawiam\b|\bnie (?:napiszę|pomogę|odpowiem|udzielę|stworzę|podam)\b/,
    /\b(?:odpowiadam|pomagam|mogę (?:odpowiadać|odpowiedzieć|pomóc|pomagać)) (?:tylko|wyłącznie|jedynie)\b|\b(?:tylko|wyłącznie) odpowiadać\b/,
    /(?:narusza|sprzeczn\w{1,3} z) (?:moj\w{1,4}|nasz\w{1,4}) (?:zasad|wytyczn|regulamin)/,
  ],
  /(?:znaleźć|znalazł|zobaczyć|usłyszeć|rozpoznać|zrozumieć|przyjść|zwrot)/,
  /^.{0,60}, ale (?!(?:chętnie|mogę pomóc))/,
);

const RUSSIAN = words(
  /[а-я]/,
  [
    /(?<!\p{L})(?:я )?(?:не (?:могу|можем|буду|смогу|имею права|вправе|уполномочен\p{L}{0,2}|стану|в состоянии|способен)|мне (?:нельзя|запрещено)|у меня нет (?:возможности|права|разрешения))(?!\p{L}).{0,60}(?:помочь|помогать|ответить|отвечать|предостав|дать|давать|созда|генерир|сгенерир|писать|написать|обсужд|обсудить|комментир|открыва|открыть|выполн|продолж|рассказ|раскры|делиться|поделиться|совет|рекоменд|вызвать|перевести|просматрив)/u,
    /(?:вынужден\p{L}{0,2} отказ|отказываюсь|должен отказ)/u,
    /(?:отвечаю|помогаю|могу (?:ответить|отвечать|помочь)) только/u,
    /(?:нарушает|противоречит) (?:мои|наш|моим|правил)/u,
  ],
  /(?:найти|найден|увидеть|понять|распознать|прийти|расслышать|скидк)/u,
  /^.{0,60}, но (?!(?:могу помочь|с радостью|готов))/u,
);

const TURKISH = words(
  /[ae]m[ae]m|[aıei]yorum|ama?y[ıi]z|emeyiz|yaca|yece|redde|yalnızca|sadece|yok|bulunmuyor|aykırı|ihlal|m[ae]m(?!\p{L})/u,
  [
    /(?:yardımcı ol|yardım ed|cevap ver|yanıt ver|yanıtlay|cevaplay|oluştur|üret|yaz|sağlay|paylaş|açıklay|tartış|öner|tavsiye ver|bilgi ver|görüş bildir|çevir|devam ed|yorum yap|yerine getir)\p{L}{0,3}?(?:amam|emem|amıyorum|emiyorum|amayız|emeyiz|mam|mem|mayacağım|meyeceğim)(?!\p{L})/u,
    /reddetmek zorundayım|reddediyorum/u,
    /(?:yalnızca|sadece).{0,80}(?:yanıtla|cevapla|yardımcı ol)/u,
    /(?:yeteneğim|yetkim|iznim) (?:yok|bulunmuyor)/u,
    /(?:politikalar|kurallar|ilkeler)\p{L}{0,8} (?:aykırı|ihlal)/u,
  ],
  /bulamıyorum|bulamadım|göremiyorum|anlayamadım/u,
  /^.{0,60}[,;] (?:ama|ancak|fakat) (?!(?:yardımcı|memnuniyetle))/u,
);

const ARABIC = words(
  /[\u0600-\u06ff]/,
  [
    /(?:لا (?:أستطيع|يمكنني|يمكننا|نستطيع|أقدر)|لن (?:أقوم|أستطيع|أكتب|أساعد)|لست (?:قادر|مخول|مؤهل)|غير (?:قادر|مسموح لي)|لا يُسمح لي|لا يسمح لي).{0,40}(?:مساعد|أساعد|الإجابة|إجابة|الرد|تقديم|تزويد|إنشاء|كتابة|توليد|مشاركة|مناقشة|تنفيذ|التعليق|إعطاء|فتح|تصفح|ترجمة|المتابعة|تلبية)/u,
    /(?:يجب أن|علي أن|أنا مضطر).{0,15}(?:أرفض|أعتذر عن|الرفض)|أرفض هذا/u,
    /(?:ليست|ليس) لدي (?:القدرة|إمكانية|صلاحية)/u,
    /(?:يمكنني|أستطيع).{0,20}(?:الإجابة|المساعدة).{0,20}فقط|فقط (?:الإجابة|المساعدة)/u,
    /(?:يخالف|ينتهك|يتعارض مع) (?:سياس|إرشاد|قواعد)/u,
  ],
  /(?:العثور|إيجاد|أجد|رؤية|فهم)/u,
  /^.{0,40}[،,] (?:لكن|ولكن) (?!(?:يسعدني|يمكنني مساعد))/u,
);

const JAPANESE = words(
  /[\u3040-\u30ff]/,
  [
    /(?:お応え|お答え|お手伝い|お受け|対応|回答|提供|作成|生成|開示|協力|支援|助言|翻訳|閲覧|実行|処理|書く|共有|アクセス|お伝え|コメント|送信|お話し)[^。]{0,14}(?:できません|できかねます|出来ません|致しかねます|いたしかねます|しかねます|ことはできない|は控え)/u,
    /(?:お断り(?:いたし|し|させて)|辞退|拒否します)/u,
    /(?:のみ|だけ)[^。]{0,20}(?:お答え|回答|対応|お手伝い)/u,
    /(?:規約|ポリシー|ガイドライン)に(?:違反|反し)/u,
  ],
  /見つかり|見つけ|分かりません|わかりません|理解できません|返金|キャンセル/u,
  /^[^。]{0,10}(?:が、(?!他の|別の)[^。]{4,})(?:です|ます)/u,
);

const CHINESE = words(
  /[\u4e00-\u9fff]/,
  [
    /(?:我|我们|無法|无法|不能|恕).{0,6}?(?:无法|無法|不能|不可以|不便|不会|不會|没有能力|沒有能力|难以|拒绝|拒絕).{0,10}?(?:协助|協助|帮助|幫助|帮你|帮您|幫你|幫您|回答|解答|提供|生成|撰写|撰寫|编写|編寫|写|寫|创作|創作|透露|泄露|洩露|讨论|討論|评论|評論|分享|浏览|瀏覽|访问|訪問|打开|打開|翻译|翻譯|完成|执行|執行|满足|滿足|继续|繼續|处理这|處理這|给出|給出|参与|答复|答覆)/u,
    /(?:我|必须|必須|只能).{0,4}(?:拒绝|拒絕)/u,
    /只能(?:回答|处理|處理|协助|協助|提供|帮助|幫助|解答)/u,
    /超出(?:了)?我的(?:服务|服務|能力|职责|職責|范围|範圍)|违反(?:了)?(?:我|我们|使用)|違反(?:了)?(?:我|我們|使用)/u,
  ],
  /找到|找不到|理解您|理解你|看到|退款|确认您的/u,
  /^.{0,30}[，,；](?:但|不过|不過|然而)(?!如果|您可以咨询|你可以咨询)/u,
);

const KOREAN = words(
  /[\uac00-\ud7af]/,
  [
    /(?:도와|도움|답변|대답|답할|답해|제공|생성|작성|공유|알려|말씀|논의|설명|검색|열람|번역|처리|응답|지원|공개|쓸|써|만들|이행|수행)[^.。]{0,14}(?:수 없|수는 없|못합니다|못해|불가능|어렵습니다|않겠습니다)/u,
    /거절(?:하겠|합니다|해야|할 수밖에)|거부(?:합니다|하겠)/u,
    /(?:에만|만) (?:답변|대답|도움|도와|응답|안내)/u,
    /(?:정책|지침|규정)[^.]{0,8}(?:위반|어긋)/u,
  ],
  /찾을 수|찾지 못|보이지|이해하지|환불|취소/u,
  /지만,? (?!(?:다른|대신))(?:[^.]{6,})(?:입니다|니다)/u,
);

export const REFUSAL_LANGUAGES: readonly RefusalWords[] = [
  ...[ENGLISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH, POLISH, TURKISH, RUSSIAN, ARABIC, JAPANESE, CHINESE, KOREAN],
];
