import { type Detail, type DetailKind, detailsIn, publishedBy } from '../details.ts'
import type { Detector, Finding } from '../model.ts'
import { asks } from './casework.ts'

/**
 * What stands on the office's protected register: the numbers, homes, cars and families of the MP and of staff. To post it
 * is to send others there, whatever words stand around it.
 */

const NAME = 'private-details'

/** Names the kind and never the value. */
const REASONS: Readonly<Record<DetailKind, string>> = {
  phone: "A telephone number from the office's protected register stands in it.",
  address: "An address from the office's protected register stands in it.",
  postcode: "A postcode from the office's protected register stands in it.",
  plate: "A number plate from the office's protected register stands in it.",
  email: "An email address from the office's protected register stands in it.",
  handle: "A private account from the office's protected register is named in it.",
  name: "A name from the office's protected register stands in it.",
}

export const privateDetails: Detector = {
  name: NAME,
  version: '1',
  detect({ item, office }) {
    const { protected: register } = office
    if (!register) return []
    const free = publishedBy(office)
    const hits = new Map<DetailKind, Detail[]>()
    for (const detail of allIn([item.text, ...item.links])) {
      if (free.has(detail.token) || !register.has(detail.token)) continue
      hits.set(detail.kind, [...(hits.get(detail.kind) ?? []), detail])
    }
    return [...hits].map(([kind, places]): Finding => {
      // Relatives are named in kindness too ("all the best to Sam"), and a street shares its postcode and its troubles.
      const innocent = hits.size === 1 && (kind === 'name' || (kind === 'postcode' && asks(item.text)))
      return {
        concern: 'harassment',
        score: innocent ? 0.55 : 0.95,
        gravity: innocent ? 'mild' : 'grave',
        reason: REASONS[kind],
        spans: places.flatMap(({ start, end }) => (end > start ? { start, end } : [])),
        detector: NAME,
        version: '1',
        ...(!innocent && { escalate: 'police' }),
      }
    })
  },
}

/** The first text's details in their places; those of links have none in it. */
function* allIn([text = '', ...links]: readonly string[]): Generator<Detail> {
  yield* detailsIn(text)
  for (const link of links) for (const detail of detailsIn(link)) yield { ...detail, start: 0, end: 0 }
}
