/** Words of questions in several languages: those that decide nothing, those that only go on, those that ask, and directions. */
import { plainText } from './plain-text.ts';

const words = (text: string): string[] =>
  plainText(text)
    .split(/\s+/)
    .filter((word) => word !== '');

/** Articles, pronouns, auxiliaries, particles, greetings and words that insist. Not among them: question words, negations, numbers. */
export const IDLE_WORDS: ReadonlySet<string> = new Set(
  words(`
  a an the this that these those my mine your our his her its their me i you we he she it they us them am is are was were be been being do does did
  doing done have has had can could will would should may might must to of in on at for from by with about into as and so then there here just
  any some please pls kindly hello hi hey again sorry excuse said say saying asked asking ask ve ll re d m s want wanna need like get got let lets us now
  der die das den dem des ein eine einen einem einer eines mein meine meinen meinem meiner dein deine ihr ihre ich du er sie es wir euch mir mich dir dich
  ist sind war bin hat habe haben kann konnen konnte mochte will wollen soll denn doch mal bitte hallo nochmal noch entschuldigung zu zum zur im am an auf
  fur von vom nach mit bei und bekomme geht
  le la les l un une des du de mon ma mes votre vos son sa ses je j tu il elle on nous vous est sont suis ai a avez avons puis peux pouvez peut veux
  voudrais au aux en dans sur pour par avec et s plait svp bonjour salut excusez moi d qu que c ce
  el los las una uno unos lo mi mis tu tus su sus yo me te se nos es esta estan estoy soy hay he ha puedo puede podria quiero quisiera por favor hola otra
  vez del al y con para que en
  il lo gli i uno mio mia miei vostro vostra io mi si ci sono e posso puo potrei vorrei voglio per favore ciao salve buongiorno di da del della al alla nel
  su con
  o os as um uma meu minha meus minhas seu sua eu me se esta estao sou tem posso pode poderia quero queria gostaria por favor ola oi do da dos das na em
  com para faco
  het de een mijn jouw uw ik je u we is zijn ben heb kan kunt wil graag alstublieft alsjeblieft hoi dag van naar in op te voor met
  moj moja moje moja moich ja ty on ona my jest sa mam moge mozna chce chcialbym prosze czesc dzien dobry w z na do o i sie
  мой моя мое мои мою я ты вы мы он она есть могу можно хочу хотел бы пожалуйста здравствуйте привет еще раз в на с к по и у мне
  benim ben sen siz biz bir bu lutfen merhaba selam istiyorum istiyor mi mu ve icin
  min mitt mina mit din ditt jag du vi ar har kan vill snalla hej en ett det den i pa for och att
  ο η το οι τα του της τον την ενα μου σου μας ειναι μπορω θελω παρακαλω γεια στο στη και
  من فضلك رجاء مرحبا السلام عليكم أن أنا يمكنني يمكن هل أريد في على إلى
  मैं मेरा मेरी मेरे अपना अपनी है हैं हूँ हूं था को का की के में से कृपया नमस्ते क्या मुझे चाहिए
  제발 안녕하세요 저기요 죄송합니다 제 저는 나는 내 좀 다시 주세요 하나요 있나요
  אני שלי את אתה של בבקשה שלום היי
  `),
);

/** Single characters that decide nothing, of scripts without spaces; hiragana is left out as a whole. */
export const IDLE_CHARACTERS: ReadonlySet<string> = new Set('请問问能会可以怎样么麽吗嗎呢吧啊的了我你您们們是在就都把给給帮幫想要下個');

/** Polite phrases in scripts without spaces between words. */
export const IDLE_PHRASES = /จะ|ครับ|ค่ะ|คะ|หน่อย|ช่วย|ขอ|一下|请问|請問|麻烦|拜托/gu;

/** Words of agreement, of an answer to a choice, and for what comes next: no question. */
export const PROGRESS_WORDS: ReadonlySet<string> = new Set(
  words(`
  yes yeah yep no nope ok okay sure right correct next continue on going go keep more further another example one proceed finish done thanks thank great
  good cool resume rest above b c d e x y n
  ja nein weiter weitermachen mehr fortfahren genau danke richtig oui non suite suivant continue continuer continuez plus merci si no siguiente sigue
  continua mas gracias vale avanti continuare ancora grazie sim nao proximo continuar mais obrigado nee verder volgende meer tak nie dalej kontynuuj wiecej
  да нет дальше продолжай продолжи продолжить еще ок хорошо evet hayir devam et sonraki tamam nej fortsatt nasta mer ναι οχι συνεχισε επομενο
  نعم لا التالي استمر أكمل تابع हाँ हां नहीं आगे जारी रखें जारी 네 예 아니요 계속 다음 더 계속해 계속해줘 כן לא המשך הבא
  `),
);
export const PROGRESS_PHRASES: ReadonlySet<string> = new Set(
  words(
    '続けて 続き 続けてください 次 次へ はい いいえ うん 続きをお願いします 继续 繼續 下一个 下一步 好 好的 是 是的 对 不 不是 请继续 接着 然后呢 ต่อ ต่อไป ใช่ ไม่',
  ),
);

/** With these a text asks for what comes next, whatever follows. */
export const GOING_ON: ReadonlySet<string> = new Set(
  words(`
  continue continuing keep more another further next proceed weiter fortfahren weitere continuez continuer poursuis suivant plus encore continua continuar sigue
  siguiente mas otro otra ancora prossimo avanti mais proximo outro verder volgende meer dalej nastepny kontynuuj дальше продолжай продолжи следующий еще
  devam sonraki fortsatt nasta mer التالي استمر تابع आगे जारी 계속 다음
  `),
);

/** Words that ask: they decide, and where they stand does not. */
export const QUESTION_WORDS: ReadonlySet<string> = new Set(
  words(`
  what which where when who whom whose why how was welche welcher welches wo wann wer warum wie quel quelle quels quelles ou quand qui pourquoi comment quoi
  que cual donde cuando quien como porque che quale dove quando chi perche come onde qual quem wat welke waar wanneer wie waarom hoe jaki jaka gdzie kiedy
  kto dlaczego jak что какой какая где когда кто почему как ne nerede nasil neden vad var nar hur 어디에 언제 어떻게
  `),
);

/** With these the order of the other words decides: from one to the other. */
export const DIRECTIONS: ReadonlySet<string> = new Set(
  words(`
  from to into than before after minus over versus von nach zu aus als vor de a vers en depuis avant apres hacia desde da para ate per van naar z do od ku
  из в с от до в к fran till απο προς σε στο من إلى से को 从 到 從 至 往 から まで へ
  `),
);

/** Of what a text is about. */
export function saysNothing(word: string): boolean {
  const plain = plainText(word);
  return plain.length < 2 || IDLE_WORDS.has(plain) || QUESTION_WORDS.has(plain);
}
