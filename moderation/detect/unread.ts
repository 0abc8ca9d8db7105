import { unread as unreadIn } from '../language.ts'
import type { Detector } from '../model.ts'
import { mannerOf } from './provocation.ts'

/**
 * What is written in a language that the tool can't read is nobody's fault and no sign of anything. Only where something
 * else that needs no reading points to menace is a person asked to have it translated.
 */

const NAME = 'unread'
/** Pictures need no translation. */
const MENACING = /[🔪🗡🔫💣🧨🪓⚰🪦🩸☠💀🏹⚔🖕]/u

export const unread: Detector = {
  name: NAME,
  version: '1',
  detect({ item, context, office }) {
    const sign = MENACING.exec(item.text)
    const rough = context.earlier.length > 0 && context.earlier.some(({ text }) => mannerOf(text, office).abusive)
    const language = sign || rough ? unreadIn(item.text) : null
    if (language === null) return []
    const why = sign ? 'a picture that may be a threat stands in it' : 'its author was abusive before'
    return [
      {
        concern: 'abuse',
        score: 0.36,
        gravity: 'mild',
        reason: `It is in ${language}, which the tool hardly reads, and ${why}. Somebody who reads it should look.`,
        spans: sign ? [{ start: sign.index, end: sign.index + sign[0].length }] : [],
        detector: NAME,
        version: '1',
      },
    ]
  },
}
