import { createRequire } from 'node:module'
import { z } from 'zod'
import { heeding } from '../../adapters/deadline.ts'
import type { Finding } from '../../moderation/model.ts'
import { refusal } from './ask.ts'
import { isEnglishEnough } from './english.ts'
import type { Adviser } from './index.ts'
import { isBlank, wellFormed } from './text.ts'
import { AdviserError } from './trouble.ts'

/**
 * Perspective, Google's scores of toxicity, through perspective-api-client. The package is some 130 lines from 2018, and each
 * option given here is there for a reason measured on it:
 *   - a resource instead of a string, since only so can `languages` be set: Google takes short English for Italian, and fails;
 *   - `stripHTML: false`, since its stripping eats all that follows "<3" and would let anybody hide behind a heart;
 *   - our own check of the length, in bytes as the service counts: its own rejects, and then still sends a request;
 *   - our own deadline, as it has none.
 */

/** Announced in January 2026; no new keys since February. */
const ENDS = new Date('2027-01-01T00:00:00Z')
export const PERSPECTIVE_OVER =
  'Perspective closed on 31 December 2026, and is no longer asked. Remove "perspective" from "judges".'

/** Of the whole comment, in UTF-8. */
const LONGEST = 20_480
const TIMEOUT = 30_000

/**
 * Measured on 3,653 replies to members of Congress that people had labelled (Theocharis and others), as the share of civil
 * replies above: TOXICITY 13.6 % from .5, 3.9 % from .7, 1.9 % from .8; INSULT 2.7 % from .7, 1.9 % from .8; SEVERE_TOXICITY
 * 1.5 % from .7. So nothing is said below .7. THREAT (AUC .63) and IDENTITY_ATTACK (.73) are not worth asking for.
 */
const MILD = { TOXICITY: 0.7, INSULT: 0.7 }
const PLAIN = { TOXICITY: 0.8, INSULT: 0.8, SEVERE_TOXICITY: 0.7 }
const ATTRIBUTES = ['TOXICITY', 'INSULT', 'SEVERE_TOXICITY'] as const

/** How often it is right above those lines, where one reply in ten is uncivil: .57 and .66. */
const SURE = { mild: 0.45, plain: 0.6 } as const

const Score = z.object({ summaryScore: z.object({ value: z.number().min(0).max(1) }) })
const Answer = z.object({
  attributeScores: z.object({ TOXICITY: Score, INSULT: Score, SEVERE_TOXICITY: Score }),
})

/** Of what the package throws: axios's answer, of which only the status may be told. The rest quotes the key. */
const Failure = z.object({ response: z.object({ status: z.number() }) })

interface Client {
  analyze(
    resource: { comment: { text: string }; languages: string[] },
    options: { attributes: readonly string[]; stripHTML: false; doNotStore: true },
  ): Promise<unknown>
}

export function perspective({ key, now }: { key: string; now: () => Date }): Adviser {
  const client = clientWith(key)
  return {
    name: 'Perspective',
    sendsTo: 'commentanalyzer.googleapis.com',
    suits: ({ item: { text } }) => !isBlank(text) && Buffer.byteLength(text) <= LONGEST && isEnglishEnough(text),
    advise: async ({ item }, _pictures, stop) => {
      if (now() >= ENDS) throw new AdviserError('over', PERSPECTIVE_OVER)
      const resource = { comment: { text: wellFormed(item.text) }, languages: ['en'] }
      const options = { attributes: ATTRIBUTES, stripHTML: false, doNotStore: true } as const
      const answer = await heeding(stop, () => client.analyze(resource, options)).catch((error: unknown) => {
        stop.throwIfAborted()
        const { data } = Failure.safeParse(error)
        throw data ? refusal(data.response.status) : new AdviserError('unavailable', 'It can’t be reached.')
      })
      const { data } = Answer.safeParse(answer)
      if (!data) throw new AdviserError('unavailable', 'It answers in a form that isn’t understood.')
      return findingsOf(data.attributeScores)
    },
  }
}

/** The package is CommonJS without types, and so is the axios it asks with, which is nobody else's here. */
function clientWith(apiKey: string): Client {
  const require = createRequire(import.meta.url)
  const Package = require('perspective-api-client') as new (options: { apiKey: string }) => Client
  const axios = createRequire(require.resolve('perspective-api-client'))('axios') as { defaults: object }
  // A request that was given up ends some day; the key is in the address, so nobody is followed elsewhere.
  Object.assign(axios.defaults, { timeout: TIMEOUT, maxRedirects: 0, maxContentLength: 256 * 1024 })
  return new Package({ apiKey })
}

function findingsOf(scores: z.infer<typeof Answer>['attributeScores']): Finding[] {
  const reaches = (lines: Partial<Record<(typeof ATTRIBUTES)[number], number>>): boolean =>
    ATTRIBUTES.some((name) => scores[name].summaryScore.value >= (lines[name] ?? Number.POSITIVE_INFINITY))
  const gravity = reaches(PLAIN) ? 'plain' : reaches(MILD) ? 'mild' : null
  if (gravity === null) return []
  return [
    {
      concern: 'abuse',
      gravity,
      score: SURE[gravity],
      reason:
        gravity === 'plain'
          ? 'Perspective rates the whole text as insulting; so it rates up to 1 civil reply in 30.'
          : 'Perspective rates the whole text as rather insulting; so it rates up to 1 civil reply in 15.',
      spans: [],
      detector: 'perspective',
      version: 'v1alpha1',
    },
  ]
}
