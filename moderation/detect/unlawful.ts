import { type Rule, ruleDetector } from './rules.ts'

/**
 * Offers of illegal goods and services, bribery, perjury, sabotage and calls to riot. A tag and no verdict: what is
 * unlawful is for the police to decide. Asking about the law is free.
 */

const police = { gravity: 'grave', escalate: 'police', quotable: true } as const
const FREE =
  "can you (?:help|chase)|(?:i've|i have|we've) (?:been )?wait(?:ed|ing)|my (?:licence|application|passport)|decision|appeal|reported|police (?:should|need|told)|legalise|legislation|policy|bill|ban(?:ned|ning)?|stop (?:the )?(?:sale|dealers)|dealers? (?:on|in|outside)|charity|museum|please ring the police|pray"

const RULES: readonly Rule[] = [
  {
    ...police,
    when: [
      '(?:driving licen[cs]e|passports?|cscs cards?|settled status|visas?|mot|theory test|degree|certificates?|vaccine pass|papers?|id cards?|birth certificates?|right to work)[^\\n]{0,80}?(?:no (?:tests?|checks?|questions|exam)|telegram|whats ?app|guaranteed pass|for sale|buy|fast|discreet)',
      '(?:buy|selling|sell|got|get|order|supply|cheap)[^.?!\\n]{0,30}?(?:weed|coke|cocaine|mdma|ket|ketamine|pills|xanax|spice|heroin|crack|fake (?:id|passports?|notes|money)|counterfeit|stolen|snide|guns?|shooters?|glock|pistol|ammo|a (?:real )?piece|fireworks without)[^\\n]{0,60}?(?:cash|telegram|whats ?app|dm|no questions|delivery|discreet|menu|deal|signal)',
      '(?:real piece|clean piece|shooter)[^\\n]{0,40}?(?:cash|no questions)',
      '(?:glock|guns?|pistols?|shotgun|ammo|weed|coke|cocaine|ketamine|mdma|pills|xanax) for sale[^\\n]{0,40}?(?:cash|no questions|telegram|signal|dm|whats ?app)',
      'no questions asked[^\\n]{0,40}?(?:cash|deal|dm)',
    ],
    unless: FREE,
    score: 0.8,
    reason: 'Illegal goods or papers are offered; whether that is an offence is for the police to decide.',
  },
  {
    ...police,
    when: [
      '(?:cash|loans?|money|£[0-9,]+)[^\\n]{0,60}?(?:no paperwork|no credit check|same day)[^\\n]{0,100}?(?:bank card|know where you live|miss (?:one|a payment)|dm|whats ?app|hand over)',
      'hand over your (?:bank )?card|(?:know where you live)[^\\n]{0,40}?(?:miss|pay)',
    ],
    unless: "he's got my|i owe|please help",
    score: 0.66,
    reason: 'Unlawful money-lending is offered; whether that is an offence is for the police to decide.',
  },
  {
    ...police,
    gravity: 'plain',
    when: [
      "(?:just )?(?:say|tell them|swear|testify|tell the (?:police|court))[^.?!\\n]{0,50}? (?:and|&) (?:i'll|i will|we'll) (?:see you right|pay|sort you|make it worth|give you)",
      '(?:£[0-9,]+k?|cash|a (?:grand|donation|drink|holiday)|make it worth your while|see you right|sort you out|a brown envelope)[^.?!\\n]{0,50}? (?:if you|to|for you to|when you) (?:vote|get|push|approve|sort|drop|lose|make|sign|fast ?track|change)(?: [a-z]+){0,3}? (?:visa|application|permission|planning|case|vote|charge|statement|contract|licence|against|for me|through)',
      '(?:pay|bung|slip|offer) (?:you|the mp|{mp}|{staff}|priya) (?:£[0-9,]+|a grand|some cash|cash|a few quid|something)[^.?!\\n]{0,30}? (?:to|if|for)',
    ],
    unless: `${FREE}|you (?:claimed|took|accepted|voted)|donation (?:to|from)|did you|register|taxpayers?`,
    score: 0.6,
    reason: 'A bribe or false testimony is sought; whether that is an offence is for the police to decide.',
  },
  {
    ...police,
    when: [
      '(?:how ?to|guide|instructions|plan|plans|recipe)[^.?!\\n]{0,40}?(?:taking out|blowing up|sabotag(?:e|ing)|make a bomb|making a bomb|cutting (?:the )?(?:cables?|power)|take out|disabl(?:e|ing)|burning down)[^\\n]{0,60}?(?:substation|pylon|power|server|mast|grid|pipeline|office|bomb|railway|group chat)',
      '(?:police are thin|no police|cops are busy)[^\\n]{0,60}?(?:hit|burn|smash|loot|torch|first)',
      '(?:hit|burn|torch|loot|smash) (?:up )?(?:the )?(?:mosque|hotel|hostel|synagogue|solicitors?|shops?|police station|town hall|temple)[^\\n]{0,40}?(?:first|then|share|tonight|meet|lads)',
      '(?:meet|everyone|lads)[^\\n]{0,40}?(?:tonight|friday|saturday)[^\\n]{0,40}?(?:bring (?:petrol|bricks|masks|balaclavas|weapons|fireworks))',
      'balaclavas? on',
    ],
    unless: `${FREE}|pray|neighbours are|stand(?:ing)? (?:outside|with)`,
    score: 0.74,
    reason: 'Riot or sabotage is called for; whether that is an offence is for the police to decide.',
  },
]

export const unlawful = ruleDetector('unlawful', '2', 'unlawful', RULES)
