import type { Breach, Detector, Escalation, Gravity, Reading } from '../model.ts'
import { normalise } from '../normalise.ts'
import { pattern } from './rules.ts'

/** What the author's own description of a picture says. Pixels are for src/classifiers. */

interface Sight {
  when: RegExp
  concerns: readonly Breach[]
  score: number
  gravity: Gravity
  reason: string
  escalate?: Escalation
}

const HARMLESS = pattern([
  "cartoon|crayon|child's drawing|painting of|sculpture|x ?ray|logo|poster with|screenshot",
  'no people visible|book cover|museum|memorial|toy|meme text only',
])

const SIGHTS: readonly Sight[] = [
  {
    when: pattern([
      "(?:noose|hang(?:ing|ed)|gallows|crosshairs?|bullets?|knife|gun|coffin|gravestone|machete|target|axe|burning|beheaded|guillotine|blood)[^.]{0,80}?(?:mp|mp's|her|his|staff|face|name|photo|office|eyes crossed)",
      "(?:mp|mp's|staff)[^.]{0,80}?(?:noose|hang(?:ing|ed)|gallows|crosshairs?|crossed out|knife|gun|coffin|gravestone|target|axe|beheaded|guillotine)",
    ]),
    concerns: ['threat', 'graphic-imagery'],
    score: 0.74,
    gravity: 'grave',
    reason: 'The picture is described as showing a person with a weapon, a noose or a grave.',
    escalate: 'police',
  },
  {
    when: pattern([
      'porn(?:ographic|ography)?|nude|naked|genitals?|penis|dick pic|vagina|breasts?|sex act',
      'sexual(?:ly)? explicit|masturbat[a-z]+|topless|deep ?fake .. (?:naked|nude|sex)|erect',
    ]),
    concerns: ['graphic-imagery', 'discrimination'],
    score: 0.74,
    gravity: 'grave',
    reason: 'The picture is described as sexual.',
    escalate: 'police',
  },
  {
    when: pattern([
      'corpses?|entrails|gore|gory|severed|decapitat[a-z]+',
      'dead (?:body|bodies|child|children|baby|animal|fox|dog|cat|foetus|fetus)|mutilat[a-z]+|torn apart',
      'dismember[a-z]+',
      '(?:badly |severely |gravely )?(?:injured|wounded|burned|burnt) (?:child|person|baby|man|woman|body|people)',
      'open wounds?|aborted|foetus|beheading|execution',
      'blood(?:y|ied|stained)? (?:body|child|face|corpse|wound|injur[a-z]+)|pool of blood|self harm',
      'slashed|disembowel[a-z]+|carcass(?:es)?|animal (?:cruelty|torture)',
    ]),
    concerns: ['graphic-imagery'],
    score: 0.68,
    gravity: 'plain',
    reason: 'The picture is described as showing gore or grave injury.',
  },
]

const NAME = 'imagery'
const VERSION = '1'

export const imagery: Detector = {
  name: NAME,
  version: VERSION,
  detect({ item }: Reading) {
    const seen = item.media
      .map(({ alt }) => (alt ? normalise(alt).text : ''))
      .filter((alt) => alt !== '' && !HARMLESS.test(alt))
    return SIGHTS.filter(({ when }) => seen.some((alt) => when.test(alt))).flatMap(
      ({ concerns, score, gravity, reason, escalate }) =>
        concerns.map((concern, rank) => ({
          concern,
          score: score - rank / 50,
          gravity,
          reason,
          spans: [],
          detector: NAME,
          version: VERSION,
          ...(escalate && { escalate }),
        })),
    )
  },
}
