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

const threat = { concern: 'threat', score: 0.74, gravity: 'grave', escalate: 'police' } as const
const abuse = { score: 0.64, gravity: 'plain' } as const

const RULES: readonly Rule[] = [
  {
    ...threat,
    when: [
      `(?:${MEANT}) (?:dy|ei) (?:${HARM})`,
      `(?:${MEANT})(?: eich|'ch| ch) (?:${HARM_FORMAL})`,
      'ladda i di|mi ladda i chdi|saetha i di',
    ],
    reason: 'The Welsh says: I will kill or hurt you (or her, or him), or somebody should.',
  },
  {
    ...threat,
    when: `${I_KNOW} (?:ti'n|wyt ti'n|dach chi'n|rydych chi'n) byw`,
    reason: 'The Welsh says: I know where you live.',
  },
  {
    // Parents of the same school know it too: by itself it is for a person to judge.
    concern: 'threat',
    score: 0.45,
    gravity: 'mild',
    when: `${I_KNOW} mae (?:dy|eich) (?:blant|plant)`,
    reason: 'The Welsh says: I know where your children are.',
  },
  {
    ...threat,
    when: 'llosga i dy dy|llosgi dy dy di|llosgi dy dy i lawr|llosgi dy gartref|llosgi dy swyddfa',
    reason: 'The Welsh says: I will burn your house, or your office, down.',
  },
  {
    ...threat,
    when: 'torri dy wddf|torri dy wddw|torra i dy wddw',
    reason: 'The Welsh says: I will cut your throat.',
  },
  { ...threat, when: 'gwylia dy gefn|gwyliwch eich cefn', reason: 'The Welsh says: watch your back.' },
  {
    ...threat,
    when: "ti'n farw|rwyt ti'n farw|mi fyddi di'n farw|fyddi di ddim yn fyw",
    reason: 'The Welsh says: you are dead, or you will be.',
  },
  {
    ...threat,
    when: "dwi am ddod ar dy ol|dw i'n dod amdanat|dwi'n dod amdanat",
    reason: 'The Welsh says: I am coming for you.',
  },
  {
    ...abuse,
    when: "y gont|yr hen gont|gont dew|ti'n gont|cont hyll",
    reason: 'The Welsh calls somebody the c-word.',
  },
  {
    ...abuse,
    when: "yr hen ast|yr ast wirion|yr ast dwp|yr ast fach|yr ast dew|ast dew|ti'n ast",
    reason: 'The Welsh calls a woman a bitch.',
  },
  {
    ...abuse,
    when: "yr hwren|hen hwren|hwren fudr|hwren dew|ti'n hwren|slebog",
    reason: 'The Welsh calls a woman a whore or a slut.',
  },
  { ...abuse, when: 'y bastad|y basdad|bastad tew', reason: 'The Welsh calls somebody a bastard.' },
  {
    ...abuse,
    when: 'coc oen|pen coc|pen pidyn|twll dy din|twll tin|y cachwr|cachu hwch',
    reason: 'The Welsh calls somebody an obscene name, such as dickhead, arsehole or shit.',
  },
  {
    ...abuse,
    when: 'ffwc off|ffyc off|ffwcia o ma|ffwcia chdi|ffwcio chdi|dos i ffwcio|cer i ffwcio',
    reason: 'The Welsh tells somebody to eff off.',
  },
  {
    ...abuse,
    when: 'hen hwch dew|yr hen hwch|hen fuwch dew|yr hen fuwch|mochyn budr',
    reason: 'The Welsh calls somebody an old sow, an old cow or a dirty pig.',
  },
  { ...abuse, when: 'lladda dy hun', reason: 'The Welsh says: kill yourself.' },
  {
    ...abuse,
    when: "cer i farw|dos i farw|gobeithio y byddi di farw|gobeithio y byddi di'n marw",
    reason: 'The Welsh says: go and die, or I hope you die.',
  },
  { ...abuse, when: 'gobeithio gei di ganser', reason: 'The Welsh says: I hope you get cancer.' },
]

export const welsh = ruleDetector('welsh', '2', 'abuse', RULES)
