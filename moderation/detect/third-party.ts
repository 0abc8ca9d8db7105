import { type Rule, ruleDetector } from './rules.ts'

/** Abuse of somebody who is neither the MP nor staff. Fair complaint about their work is free. */

const WORDS =
  '(?:{foul}|(?:{adj} ){1,4}(?:{beast}|{insult})|(?:murdering|fat|lying|thieving|dirty) (?:pig|cow|rat|dog)|face like|look(?:s|ed)? like an? (?:horse|pig|cow|rat|slapped|bulldog|troll)|braindead|brain dead)'
const PICTURES = '(?:🐷|🐖|🐍|🐀|💩)'

const RULES: readonly Rule[] = [
  {
    when: `{third}[^?!\\n]{0,70}?(?:${WORDS}|${PICTURES})`,
    unless: '{football}',
    score: 0.68,
    gravity: 'plain',
    reason: 'Somebody outside the office is insulted with obscene or degrading words.',
  },
  {
    when: `${WORDS}[^.?!\\n]{0,40}?{third}`,
    unless: '{football}|you (?:are|re) an? ',
    score: 0.66,
    gravity: 'plain',
    reason: 'Somebody outside the office is insulted with obscene or degrading words.',
  },
  {
    when: '(?:{adj} ){1,4}{beast} (?:running|who runs|who ran|at|from|on|behind) (?:the )?[a-z]+',
    unless: 'farm(?:er)?|field|zoo|{football}',
    score: 0.64,
    gravity: 'plain',
    reason: 'Somebody outside the office is called an animal or filth.',
  },
  {
    when: 'tell (?:him|her|them) (?:to|from me to) (?:fuck|piss|sod) off',
    score: 0.55,
    gravity: 'mild',
    reason: 'Somebody outside the office is sworn at.',
  },
]

export const thirdParty = ruleDetector('third-party', '2', 'third-party-abuse', RULES)
