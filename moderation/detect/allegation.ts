import { type Rule, ruleDetector } from './rules.ts'

/** A grave accusation of a person as fact, with no source. Questions, registers, reports, courts and denials are free. */

/** A source frees wherever it stands; the rest only in the sentence it is about. */
const SOURCED =
  "https?|www|register (?:shows|says|entry)|on your register|entry [0-9]+|hansard|foi|according to|reported (?:in|by)|(?:guardian|times|bbc|mirror|telegraph|gazette|standard) (?:says|report|story)|convicted (?:in|on|at|last)|pleaded|is it true|any truth|don't believe|evidence|(?:please|will you) investigate|that's a lie|not true|nothing on the register|isn't true|pack it in|accounts are|hospitality"
const ASKED =
  '(?:the|crown|high|county|tax|magistrates) court|court (?:heard|hears|found|ruled|case|papers|today)|inquiry|ombudsman|did you|have you|are you aware|were you|can you explain|will you|alleged(?:ly)?|claims? that|claimed|people say|(?:he|she|they|who) said|accus(?:es|ed|ing|ation)'
const WHO =
  "(?:you|u|{names}|she|he|they|the mp|our mp|this mp|your [a-z]+(?: [a-z]+)?|her [a-z]+|his [a-z]+|the council leader|(?:cllr|councillor|rev|reverend|mr|mrs|ms|dr|father) [a-z]+|that (?:headteacher|teacher|doctor|priest|vicar|landlord|councillor)|everyone knows (?:you're|she's|he's|you|she|he)|judge|(?:the )?(?:council|police) (?:chief|leader))"

const RULES: readonly Rule[] = [
  {
    when: [
      `${WHO}[^.?!\\n]{0,40}? (?:takes?|took|taking|accept(?:s|ed|ing)?|pocket(?:s|ed|ing)?|gets?|got|on)(?: [a-z]+){0,3}? (?:bribes?|brown envelopes?|backhanders?|bungs?|kick ?backs?|£[0-9,.]+k? in (?:a brown|cash|used)|cash (?:from|off|in)|the take|the payroll of)`,
      '(?:taking|takes|took) [a-z ]{0,30}?(?:bungs?|bribes?|backhanders?|brown envelopes?)|bag ?man',
      '(?:judge|jury|magistrate|vote|inspector|planners?) (?:was|were|is|got) (?:bought|bribed|paid off|nobbled)',
      '(?:brown envelopes?|backhanders?)[^\\n]{0,60}?(?:everybody|everyone|lock|smoke)',
    ],
    unless: SOURCED,
    unlessNear: ASKED,
    score: 0.66,
    gravity: 'plain',
    reason: 'Somebody is accused of taking bribes, with no source.',
  },
  {
    when: [
      `${WHO}(?: {be})?[^.?!\\n]{0,30}? (?:an? )?(?:(?:known|convicted|secret|total|filthy|dirty) )?(?:paedo(?:phile)?s?|pedo(?:phile)?s?|nonces?|kiddy fiddlers?|child (?:abusers?|molesters?|rapists?)|groomers?|rapists?|murderers?|fraudsters?|drug dealers?|wife beaters?|money launderers?|launder(?:s|ing) money|embezzl[a-z]+|stole (?:the |our |all the )?(?:[a-z]+ )?(?:money|cash|funds|fund|thousands|takings|donations)|stole from the [a-z]+|stealing from (?:the (?:food bank|charity|fund|party)|pensioners)|abus(?:es|ed) (?:children|kids|his|her)|beats? (?:his|her) (?:wife|husband|kids)|rigg(?:ed|ing) (?:the|postal)|cover(?:ed|ing|s)? up (?:the |a )?(?:child |sex |sexual )*(?:rape|abuse|murder)|fiddl(?:ed|es|ing) (?:your|her|his|the) (?:expenses|books)|in on it|sell(?:s|ing)? (?:drugs|secrets)|spy for|spying for|works? for (?:the )?(?:russians|kremlin|ccp|mossad|mi5))`,
      'laundering money|(?:paedo|nonce|kiddy fiddler)s?(?=$|[!.])',
      'protecting (?:your|her|his) (?:paedo|nonce|mates)',
    ],
    unless: [
      `${SOURCED}|a murderer(?:'s)? |who (?:was|were|got)|jailed|sentenced|trial`,
      '(?:grooming gangs?|groomers) (?:inquiry|report)|(?:all|those|these) groomers|for the nonce',
    ],
    unlessNear: ASKED,
    score: 0.64,
    gravity: 'plain',
    reason: 'Somebody is accused of a grave crime, with no source.',
  },
  {
    when: '(?:keep|lock) (?:your|ur|the|yer) (?:kids|children|daughters?|sons?|boys|girls|little ones) (?:away|indoors|well away)[^\\n]{0,40}?(?:rev|cllr|mr|mrs|him|her|{names}|that|from)[^\\n]{0,80}?(?:nuff said|know what|enough said|iykyk|ask anyone)',
    unless: SOURCED,
    unlessNear: ASKED,
    score: 0.56,
    gravity: 'plain',
    escalate: 'safeguarding',
    reason: 'It is hinted that somebody is a danger to children, with no source.',
  },
  {
    when: [
      '(?:some|lots|plenty) of us know what (?:he|she|they|you) (?:is|are|did|do)|no smoke without fire',
      '(?:everyone|everybody) (?:round here )?knows (?:what (?:he|she|you) (?:is|are|did|gets up to)|it)(?=[.!,]| how)',
      '(?:{mp}|she|he|hartley) had a word(?=$|[.! ])',
      'lock (?:her|him|them) up[^\\n]{0,30}?(?:fraud|thief|crook|envelope|criminal)',
      '(?:affair|sleeping|in bed) with (?:the|her|his|that|a) (?:developer|donor|minister|boss|councillor|lobbyist|aide|whip)',
    ],
    unless: SOURCED,
    unlessNear: ASKED,
    score: 0.56,
    gravity: 'plain',
    reason: 'A grave accusation is hinted at, with no source.',
  },
]

export const allegation = ruleDetector('allegation', '1', 'allegation', RULES)
