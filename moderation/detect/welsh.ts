import { type Rule, ruleDetector } from './rules.ts'

/**
 * The gravest words of Wales' other language, spelled as people write them online. What is only rude ("celwyddgi", liar;
 * "bradwr", traitor; "twpsyn", fool) is as free in Welsh as in English, and so is swearing at a thing.
 */

/** "to kill you", after the pronoun: the first letter is the soft one. */
const HARM = 'ladd|saethu|drywanu|grogi|losgi|dreisio|guro di|frifo|anafu'
const HARM_FORMAL = 'lladd|saethu|trywanu|crogi|llosgi|treisio'
/** Whoever means it, and whoever calls on others. */
const MEANT =
  "dw i'n mynd i|dwi'n mynd i|rwy'n mynd i|rydw i'n mynd i|fi mynd i|fi'n mynd i|dan ni'n mynd i|rydyn ni'n mynd i|dw i am|dwi am|dwi isio|dw i eisiau|dw i'n moyn|bydda i'n|byddaf yn|fydda i'n|byddwn ni'n|wna i|mi wna i|fe wna i|na i|dylai rhywun|mae angen i rywun|rhaid i rywun|dylet ti gael|dylech chi gael|ti angen|ti isio|gei di|cei di"
const I_KNOW = "(?:dw i'n|dwi'n|rwy'n|fi'n) (?:gwybod|gwbod|gwbo|nabod) (?:ble|lle)"

const THREATS = [
  `(?:${MEANT}) (?:dy|ei) (?:${HARM})`,
  `(?:${MEANT})(?: eich|'ch| ch) (?:${HARM_FORMAL})`,
  `${I_KNOW} (?:ti'n|wyt ti'n|dach chi'n|rydych chi'n) byw|${I_KNOW} mae dy blant`,
  'ladda i di',
  'mi ladda i chdi',
  'saetha i di',
  'llosga i dy dy',
  'llosgi dy dy di',
  'llosgi dy dy i lawr',
  'llosgi dy gartref',
  'llosgi dy swyddfa',
  'torri dy wddf',
  'torri dy wddw',
  'torra i dy wddw',
  'gwylia dy gefn',
  'gwyliwch eich cefn',
  "ti'n farw",
  "rwyt ti'n farw",
  "mi fyddi di'n farw",
  'dwi am ddod ar dy ol',
  "dw i'n dod amdanat",
  "dwi'n dod amdanat",
  'fyddi di ddim yn fyw',
]

const ABUSE = [
  'y gont',
  'yr hen gont',
  'gont dew',
  "ti'n gont",
  'cont hyll',
  'yr hen ast',
  'yr ast wirion',
  'yr ast dwp',
  'yr ast fach',
  'yr ast dew',
  'ast dew',
  "ti'n ast",
  'yr hwren',
  'hen hwren',
  'hwren fudr',
  'hwren dew',
  "ti'n hwren",
  'y bastad',
  'y basdad',
  'bastad tew',
  'coc oen',
  'pen coc',
  'pen pidyn',
  'twll dy din',
  'twll tin',
  'y cachwr',
  'cachu hwch',
  'ffwc off',
  'ffyc off',
  'ffwcia o ma',
  'ffwcia chdi',
  'ffwcio chdi',
  'dos i ffwcio',
  'cer i ffwcio',
  'slebog',
  'hen hwch dew',
  'yr hen hwch',
  'hen fuwch dew',
  'yr hen fuwch',
  'mochyn budr',
  'lladda dy hun',
  'cer i farw',
  'dos i farw',
  'gobeithio y byddi di farw',
  "gobeithio y byddi di'n marw",
  'gobeithio gei di ganser',
]

const RULES: readonly Rule[] = [
  {
    when: THREATS,
    concern: 'threat',
    score: 0.74,
    gravity: 'grave',
    escalate: 'police',
    reason: 'Its Welsh words threaten somebody.',
  },
  { when: ABUSE, score: 0.64, gravity: 'plain', reason: 'Its Welsh words abuse somebody.' },
]

export const welsh = ruleDetector('welsh', '1', 'abuse', RULES)
