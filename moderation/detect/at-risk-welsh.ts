import type { Cry } from './at-risk-languages.ts'

/**
 * Cries for help in Welsh, over text without accents: as books spell it and as people type it, north and south, with the
 * mutations. "Marw o chwerthin" (die laughing) and "mae'n fy nharo i fod ..." (it strikes me that ...) are everyday Welsh.
 */

const I = "(?:(?:dw|rydw|ydw) i|dwi|rwy|rwyf|wi|fi)(?:'n)?"
const NOT_I = "(?:(?:dw|dydw|rydw) i ddim|dwi ddim|dwi'm|dw i'm|sa i|sai|smo fi|so fi|nid wyf|nid ydw i)(?:'n)?(?: yn)?"
const JUST = '(?:(?:jest|jyst|just|wir|wirioneddol|bron) ){0,2}'
const WANT = '(?:isio|isie|isho|ishe|eisiau|eisie|eisio|moyn|am|yn dymuno|dymuno)'
const LAUGHING = '(?: yn| o| wrth)? (?:chwerthin|gywilydd|embaras|gariad)'
const END = '(?=$|[.!?\\n])'

/** Somebody at home, after "fy" or without it. */
const HOME =
  '(?:ngwr|gwr|nghariad|cariad|mhartner|partner|nhad|tad|dad|llystad|mam|llysfam|mrawd|brawd|ngwraig|gwraig|mab|ewythr|yncl|cyn ?(?:wr|gariad|bartner)|nghyn ?(?:wr|gariad|bartner))'
const HE = '(?:mae|ma|oedd) (?:o|fo|e|fe|hi|nhw)'
const DOES = "(?: i)?(?:'n| yn| wedi(?: bod yn)?)?(?: dal i| wastad yn| yn aml yn)?"
const HIT_ME =
  'fy (?:nharo|nghuro|mwrw|nghicio|nyrnu|waldio|slapio|hitio)|(?:taro|daro|bwrw|fwrw|curo|guro|hitio|cicio|gicio|waldio|dyrnu|slapio) (?:fi|ni)'
const ABUSE_ME =
  'fy (?:mrifo|ngham ?drin|nhagu|nhreisio|mygwth|nghloi)|(?:brifo|frifo|cam ?drin|gam ?drin|tagu|dagu|treisio|dreisio|bygwth|fygwth) (?:fi|ni)'
const HIT = 'taro|daro|bwrw|fwrw|curo|guro|hitio|cicio|gicio|brifo|frifo|cam ?drin|gam ?drin|treisio|dreisio'
const MY_CHILD =
  "(?:(?:'r|y|fy|ein|eu|ei) ?)(?:plant|mhlant|blant|plentyn|mhlentyn|blentyn|merch|ferch|mab|fab|babi|mabi|hogyn|hogan|bachgen)"
const FAR_AWAY = 'gaza|palesteina|wcrain|swdan|yemen|affrica|rhyfel|y byd'

const selfHarm = { score: 0.75 } as const
const atHome = { score: 0.7 } as const

export const WELSH_CRIES: readonly Cry[] = [
  {
    ...selfHarm,
    when: [
      `${I} ${JUST}${WANT} ${JUST}[mf]arw(?!${LAUGHING})`,
      `${I} ${JUST}${WANT} bod (?:wedi marw|yn farw)`,
      `(?:hoffwn|dymunwn)(?: i)? farw(?!${LAUGHING})|${I} barod i farw(?! dros)|(?:byddai|bydde|fasa|fyddai)'?n well (?:gen|gyda|da) (?:i|fi) farw(?! na)`,
    ],
    reason: 'In Welsh it says: I want to die.',
  },
  {
    ...selfHarm,
    when: `${NOT_I} ${JUST}${WANT} ${JUST}(?:byw|bod yma|deffro|bodoli)(?: (?:rhagor|bellach|mwy|ddim mwy|dim mwy|ddim rhagor|fel hyn|fory|yfory|yn y bore|bore fory)|${END})`,
    reason: 'In Welsh it says: I do not want to live, or be here, any more.',
  },
  {
    ...selfHarm,
    when: [
      "(?:lladd|ladd|crogi|grogi|boddi|foddi|saethu) (?:fy|'yn|yn|'n) hun(?:an)?(?! (?:yn|wrth|o) (?:chwerthin|gweithio|weithio|trio|drio|ceisio|geisio)| (?:chwerthin|ar y|mewn gwaith))",
    ],
    reason: 'In Welsh it says: kill myself.',
  },
  {
    ...selfHarm,
    when: [
      '(?:rhoi|roi) (?:diwedd|ddiwedd|terfyn|derfyn) ar fy mywyd|(?:cymryd|gymryd|diweddu|ddiweddu|gorffen) fy mywyd',
      `${I}[^.?!\\n]{0,24}? (?:rhoi|roi) (?:diwedd|ddiwedd|terfyn|derfyn) ar y (?:cyfan|cwbl)(?! o)`,
    ],
    reason: 'In Welsh it says: end my life.',
  },
  {
    ...selfHarm,
    when: [
      `(?:meddwl am|feddwl am|${WANT}|${I}|wedi bod yn|dechrau|ysu am) (?:niweidio|anafu|brifo|frifo|torri|dorri) (?:fy|'yn|yn) hun(?:an)?(?! wrth| ar y| yn (?:syrthio|coginio))`,
      `(?:${I}|wedi bod yn|merch yn|ferch yn|mab yn|fab yn) hunan ?(?:niweidio|anafu)`,
    ],
    reason: 'In Welsh it says: hurt or cut myself.',
  },
  {
    ...selfHarm,
    when: "(?:meddwl am|feddwl am|ystyried|meddyliau(?: am)?|teimlo(?:'n| yn)?|cyflawni|gyflawni|dwi'n|dw i'n|rwy'n) hunan ?laddiad(?:ol)?",
    unless: 'atal hunan ?laddiad|elusen',
    reason: 'In Welsh it speaks of thinking of suicide.',
  },
  {
    score: 0.66,
    when: [
      '(?:dim|ddim|sdim) (?:pwynt|bwynt|diben|ystyr) (?:i )?(?:byw|fyw|bywyd|fywyd)(?! y[nm](?![a-z])| yng| yma)',
      `d?dim (?:byd|rheswm|ar ol) i fyw(?: er ei fwyn| ar ei gyfer| amdano|${END})`,
      '(?:alla|galla|fedra|medra|allaf|gallaf) i ddim (?:mynd|cario|dal) y?mlaen(?! a(?![a-z])| gyda| efo| i )',
      `${I}(?: yn)? methu (?:mynd|cario|dal) y?mlaen(?! a(?![a-z])| gyda| efo| i )`,
      "(?:cael|gael) digon (?:ar|o) (?:fy )?(?:mywyd|fywyd|fyw)(?! y[nm](?![a-z])| yng)|i'r (?:cyfan|cwbl|boen) (?:orffen|ddod i ben|stopio)",
      'gwell (?:eu byd|off) (?:hebdda ?i|hebddof(?: i)?|heb fi)',
    ],
    reason: 'In Welsh it says: I cannot go on, or there is no point in living.',
  },
  {
    ...selfHarm,
    when: `(?:wedi|newydd) (?:cymryd|gymryd) (?:gorddos|gor ddos)|wedi llyncu[^.?!\\n]{0,16}? (?:tabledi|dabledi)`,
    reason: 'In Welsh it says that somebody has taken an overdose.',
  },
  {
    score: 0.66,
    when: [
      `(?:${WANT}|bygwth|fygwth|son am|meddwl am|trio|ceisio|mynd i) (?:lladd|ladd|crogi|grogi|niweidio|brifo|frifo) ei hun(?:an)?(?!${LAUGHING})`,
      `(?:${HOME}|merch|ferch|ffrind|chwaer|nain|taid|mae (?:o|fo|e|fe|hi)) ${JUST}${WANT} marw(?!${LAUGHING})`,
    ],
    reason: 'In Welsh it says that somebody near the author may want to die.',
  },
  {
    ...atHome,
    when: [
      `(?:${HOME}|${HE})${DOES} (?:(?!fy nharo)(?:${HIT_ME}))`,
      `(?:${HOME}${DOES}|(?:${HE}|mae|ma)${DOES}) fy nharo(?: i)?(?=$|[.!?\\n]| bob| eto| pan| o flaen| ac mae| bron| yn aml| drwy| ers| droeon| gyda| efo)`,
    ],
    reason: 'In Welsh it says: he (or she) hits me.',
  },
  {
    ...atHome,
    when: `(?:${HOME}|${HE})${DOES} (?:${ABUSE_ME})(?! i(?:'n| fod| weld))`,
    reason: 'In Welsh it says: he (or she) hurts, threatens or abuses me.',
  },
  {
    ...atHome,
    when: [
      `ofn (?:fy |'n |y )?${HOME}(?! yn (?:colli|marw))`,
      'ofn (?:mynd|dod) (?:yn ol )?(?:adre|adref|adra|gartre|gartref|gatre)',
      'ofn (?:be|beth) (?:wnaiff|neith|neiff|wneith|wneiff) (?:o|e|fe|fo|hi)',
    ],
    reason: 'In Welsh it says: I am afraid of him, or afraid to go home.',
  },
  {
    ...atHome,
    when: [
      `(?:${HOME}|${HE})${DOES}(?: ddim yn| cau| gwrthod)+ (?:gadael|gadel) (?:i fi|i mi|imi|fi) (?:fynd|mynd|adael|gweld|weld|siarad|gael|gadael)`,
      `(?:${HOME}|${HE})${DOES} (?:wedi )?(?:cymryd|mynd a|dwyn|cuddio) fy (?:mhasbort|ffon|arian|ngherdyn)`,
    ],
    reason: 'In Welsh it says: he (or she) will not let me go, or has taken my papers, phone or money.',
  },
  {
    ...atHome,
    when: [
      `(?:${HOME}|${HE}|cymydog|gymydog|athro|hyfforddwr|y dyn)${DOES} (?:${HIT}) ?${MY_CHILD}`,
      `(?:${HOME}|${HE}|cymydog|gymydog|athro|hyfforddwr|y dyn)${DOES} (?:cyffwrdd|gyffwrdd|twtsiad)(?: yn| a| a'r)? ?(?:${MY_CHILD}|plant|phlant|merched)`,
      `${MY_CHILD}[^.?!\\n]{0,30}?(?:cleisiau|gleisiau|cael (?:ei|eu) (?:guro|curo|daro|taro|fwrw|bwrw|gam ?drin|cam ?drin|brifo|frifo)|ar (?:ei ben ei hun|ei phen ei hun|eu pennau eu hunain) (?:drwy'r|bob|trwy'r))`,
    ],
    unlessNear: `${FAR_AWAY}|rygbi|pel ?droed|gem|toriadau`,
    reason: 'In Welsh it says that a child is hit, bruised, touched or left alone.',
  },
  {
    score: 0.7,
    escalate: 'police',
    when: [
      `(?:ganddo|ganddi|gynno|gynni|gan (?:fy |'n )?${HOME})(?: i| o| fo| fe| hi)? (?:gyllell|wn)(?! fara)`,
      `(?:${HOME}|${HE}|maen nhw|rhywun|rhywrai)${DOES} (?:mynd i|am|bygwth|deud|dweud)[^.?!\\n]{0,20}? (?:fy lladd|ein lladd|lladd ni|ladd fi|lladd fi)`,
    ],
    reason: 'In Welsh it says that somebody has a knife or gun, or means to kill the author.',
  },
  {
    score: 0.55,
    when: [
      '(?:cysgu|gysgu) (?:yn y car|yn y fan|mewn pabell|ar y stryd|allan)[^.?!\\n]{0,40}?(?:plant|mhlant|babi|heno|rhewi)',
      '(?:plant|mhlant|babi)[^.?!\\n]{0,24}? (?:cysgu|gysgu) (?:yn y car|yn y fan|mewn pabell|ar y stryd)',
      '(?:unman|nunman|unlle|nunlle) i (?:fynd|gysgu|aros|fyw)[^.?!\\n]{0,20}? heno|heno[^.?!\\n]{0,30}? (?:unman|nunman|unlle|nunlle) i (?:fynd|gysgu|aros)',
      "(?:mhlant|'r plant|y plant|mabi|'r babi|y babi)(?: i)?(?:'n| yn) (?:llwgu|newynu|starfio)",
    ],
    unlessNear: `${FAR_AWAY}|gwersylla`,
    reason: 'In Welsh it says that somebody has nowhere to sleep tonight, or that children are starving.',
  },
  {
    score: 0.35,
    gravity: 'mild',
    when: [
      '(?:heb|ddim wedi) (?:fwyta|bwyta)(?: dim| unrhyw beth)? ers',
      "dim bwyd (?:yn y ty|ar ol|i'r plant|ers)",
      '(?:cysgu|gysgu) (?:yn y car|ar y stryd|mewn pabell)',
      `${I}(?: wedi cyrraedd)? (?:ar|wrth) ben (?:fy|'y) nhennyn`,
    ],
    unlessNear: `${FAR_AWAY}|gwersylla|(?:ng|g)?wyliau`,
    reason: 'In Welsh it says that somebody is hungry, homeless or at the end of their tether.',
  },
]
