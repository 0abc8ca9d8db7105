import { normalise } from './normalise.ts'

/**
 * Which language a text is in, where that is clear. Letters of other scripts say it at once; Latin letters only with a
 * sentence's worth of little words, since short English is easily taken for anything. Nothing English rests on this: rules
 * read every text, and a guess may only add that a person should have it translated.
 */

/** The language's English name ("Polish"), or null where that isn't clear. */
export function languageOf(text: string): string | null {
  const head = text.slice(0, READ).replaceAll(/(?:https?:\/\/|www\.)\S+|[@#][\p{L}\p{N}_.-]+/giu, ' ')
  return byScript(head) ?? byWords(head)
}

/** The name of a language the detectors read only a few words of; null for English, and where nothing is clear. */
export function unread(text: string): string | null {
  const language = languageOf(text)
  return language === 'English' ? null : language
}

/** UTF-16 units: enough for a hundred words. */
const READ = 1_500

/** A script, and the languages whose own letters tell them from others that share it; the first is what most is. */
const SCRIPTS: readonly (readonly [RegExp, string, readonly (readonly [RegExp, string])[]])[] = [
  [
    /\p{Script=Arabic}/gu,
    'Arabic',
    [
      [/[ٹڈڑےںھہ]/u, 'Urdu'],
      [/[ډړښځڅ]/u, 'Pashto'],
      [/[ڵڕێۆ]/u, 'Kurdish'],
      [/[پچژگک]/u, 'Persian'],
    ],
  ],
  [
    /\p{Script=Cyrillic}/gu,
    'a language in Cyrillic letters',
    [
      [/[іїєґ]/iu, 'Ukrainian'],
      [/[ыэё]/iu, 'Russian'],
      [/[џђћљњј]/iu, 'Serbian'],
      [/[ъ]/iu, 'Bulgarian'],
    ],
  ],
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/gu, 'Japanese', []],
  [/\p{Script=Han}/gu, 'Chinese', []],
  ...(
    [
      ['Devanagari', 'Hindi'],
      ['Bengali', 'Bengali'],
      ['Gurmukhi', 'Punjabi'],
      ['Gujarati', 'Gujarati'],
      ['Tamil', 'Tamil'],
      ['Telugu', 'Telugu'],
      ['Malayalam', 'Malayalam'],
      ['Sinhala', 'Sinhala'],
      ['Thai', 'Thai'],
      ['Hangul', 'Korean'],
      ['Hebrew', 'Hebrew'],
      ['Greek', 'Greek'],
      ['Ethiopic', 'Amharic'],
      ['Georgian', 'Georgian'],
      ['Armenian', 'Armenian'],
    ] as const
  ).map(([script, language]) => [new RegExp(`\\p{Script=${script}}`, 'gu'), language, []] as const),
]
/** A word or two of a script is enough. Letters. */
const FEWEST = 4

function byScript(text: string): string | null {
  if (/^[\p{ASCII}]*$/u.test(text)) return null
  // Made plain first: Cyrillic letters that only disguise English are folded back.
  const plain = normalise(text).text
  const all = plain.match(/\p{L}/gu)?.length ?? 0
  for (const [script, usual, others] of SCRIPTS) {
    const letters = plain.match(script)?.length ?? 0
    if (letters < FEWEST || letters < all * 0.6) continue
    // "і" alone passes for Latin and is folded away, so the original is asked.
    return others.find(([own]) => own.test(text))?.[1] ?? usual
  }
  return null
}

/** Little words that a sentence can't do without; none that is an English word too, or a common name. */
const LITTLE: Readonly<Record<string, string>> = {
  English:
    "the and of to is are was were be been have has had will would can could should you your we our they their it its this that these those with for from not don't but what when why how who which there here about just all if so my me he she his her him them at by on in up out as an or do did does no yes get got go going back any more one like please thank thanks people need know time still never because than then now",
  Welsh:
    "yn yw mae ydy ydi oedd bydd fydd rydw rwy dw dwi i'n dwi'n rwy'n mae'n o'n hi'n ti'n fo'n ni'n chi'n eisiau isio isie moyn hun meddwl gwybod arna gen wyf wyt chi ni nhw'n eich eu fy dy ei ein ac gyda efo gan ond nid dim ddim beth pam pryd sut sydd sy'n mae'r i'r o'r yr y'n hynny hwn hon diolch iawn os gwelwch rhaid hefyd wedi heb dros ers pan bod fod gallwch allwch cael gael mwy",
  Polish:
    'nie się sie jest są to że ze jak czy dla przez przy tylko może moze bardzo proszę prosze dziękuję dziekuje mam masz jestem co gdzie kiedy dlaczego który która które tego tej ten pan pani nam nas was ich już juz ale tak przed bez od po na dzień dobry mi mnie moje mój',
  Romanian:
    'și si nu este sunt că ca pentru din cu la ce cum unde când cand care mai sau dar vă va mulțumesc multumesc bună buna ziua am ați ati avem fost despre prin după dupa trebuie poate foarte dumneavoastră noi voi lor lui ei acest această asta pe să sa ne mi-a s-a',
  French:
    "le la les des une est et pas que qui dans pour sur avec vous nous ils elle mais ou où je suis sont être avoir avez ce cette ces votre notre mon ma mes très bien plus tout tous c'est n'est d'un d'une j'ai qu'il merci bonjour aux du au comme quand pourquoi fait",
  Spanish:
    'el los las una unos es está son y que por para con pero como cuando dónde donde qué porque muy más mas su sus mi nos usted ustedes señora señor gracias hola esto esta este eso todo todos también ya hay tengo tiene puede puedo quiero del al se lo le sin sobre nuestro nuestra',
  Portuguese:
    'não nao é são os uma um que por para com mas como quando onde porque muito mais seu sua nos você voces vocês senhora obrigado obrigada olá isto esta este isso tudo todos também tambem já há tenho tem pode posso quero do da dos das ao se lhe sem sobre nosso nossa ou eu está estou',
  Italian:
    "il gli di è sono che per con ma come quando dove perché perche molto più piu suo sua mio mia nostro grazie buongiorno questo questa quello tutto tutti anche già c'è ho hai abbiamo può posso voglio della del dei delle nel nella non si le lei voi noi una uno al alla",
  German:
    'der das und ist nicht ich sie wir ihr sind ein eine einen mit für fur auf von zu den dem des im auch aber oder wenn wie warum wo wer kann können haben habe wird werden mein meine ihre unser bitte danke guten tag noch schon sehr mehr nur dass daß es bei nach über uber',
  Turkish:
    'bir bu ve için icin değil degil çok cok ne nasıl nasil neden nerede kim ben sen biz siz onlar var yok daha gibi ama veya ile olarak kadar lütfen lutfen teşekkür teşekkürler merhaba sayın evet hayır benim senin bizim sizin mi mı mu mü olan oldu olacak şey her',
  Somali:
    'waa iyo ka ku waxaan waxa aan ma maxaa sida uu ay leh ah oo la iska kale waan waxaad fadlan mahadsanid soo inaan inuu waxay wuxuu dadka kaas tani halkan markii haddii lacag guriga caawimo maanta sidee goorma xagee',
  Lithuanian:
    'ir yra nėra nera kad kaip bet ar arba mes jūs jus jie aš as tu man mums jums labai prašau prasau ačiū aciu laba diena kur kada kodėl kodel kas tai šis šita sis dėl del nuo iki su prie per jau dar tik gali galiu turiu reikia būti buti buvo mano mūsų jūsų',
  'Urdu or Hindi in Latin letters':
    'hai hain nahi nahin mein main aap ap ke ki ka ko se kya kyun kyu kab kahan kaise aur ye yeh wo woh mera meri mere hum tum tumhara apka apki bhi bohat bahut kar karo karna karte raha rahe rahi tha thi thay hoga chahiye shukriya ji acha accha sab koi liye wala wale',
  Dutch:
    'het een en van niet ik je jij zijn wij jullie dat dit deze met voor op maar ook als wat waarom waar wie kan hebben heb wordt mijn onze uw alstublieft bedankt nog heel meer alleen naar bij uit over dan geen wel moet',
  Hungarian:
    'és hogy nem van egy ez az de is mint csak még meg már vagy mi ti ők kérem köszönöm nagyon hol mikor miért hogyan lehet kell volt lesz minden ezt azt',
  Albanian:
    'dhe është eshte nuk për per një nje me në që qe si ku kur pse jam jemi janë jane shumë shume ju ne ata kam keni kemi faleminderit ju lutem mund duhet nga ose por',
}

const LISTS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(LITTLE).map(([language, words]) => [language, new Set(words.split(' '))]),
)
/** Of these, which no other language has, two are enough where no English word stands beside them. */
const SURELY_WELSH = new Set(
  "dw dwi dwi'n dwi'm rydw rwy rwy'n ddim eisiau isio isie moyn mae'n mae'r sy'n ydw ydy ydi efo gyda fy wedi rhagor".split(
    ' ',
  ),
)
const ENGLISH = LISTS.get('English') ?? new Set<string>()
/** Fewer words than this say nothing. */
const SENTENCE = 5
/** Of all words, so many are little ones in any sentence of the language; and so much rarer are English ones. */
const CLEAR = { share: 0.3, words: 3, ahead: 1.5 }

function byWords(text: string): string | null {
  const words =
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}]+(?:['-]\p{L}+)*/gu) ?? []
  const english = words.filter((word) => ENGLISH.has(word)).length
  if (english === 0 && new Set(words.filter((word) => SURELY_WELSH.has(word))).size >= 2) return 'Welsh'
  if (words.length < SENTENCE) return null
  const [best, second] = [...LISTS]
    .filter(([language]) => language !== 'English')
    .map(([language, list]) => {
      const own = words.filter((word) => list.has(word) && !ENGLISH.has(word))
      return { language, hits: own.length, kinds: new Set(own).size }
    })
    .sort((a, b) => b.hits - a.hits)
  if (!best) return null
  const clear =
    best.hits >= words.length * CLEAR.share &&
    best.kinds >= CLEAR.words &&
    best.hits >= 2 * english &&
    best.hits >= CLEAR.ahead * (second?.hits ?? 0)
  if (clear) return best.language
  return english >= words.length * 0.2 && english > best.hits ? 'English' : null
}
