import { addressesIn, readAddress } from '../addresses.ts'
import { type Detail, detailsIn, publishedBy, tokenOf } from '../details.ts'
import type { Breach, Detector, Reading } from '../model.ts'
import { allegation, isSourced } from './allegation.ts'
import { deception } from './deception.ts'
import { fakeProfile, isHonest, isMerelyNew } from './fake-profile.ts'
import { harassment, STREET } from './harassment.ts'
import { isUnder, ownDomains } from './look-alikes.ts'
import { privateDetails } from './private-details.ts'
import { pattern } from './rules.ts'

/** Free speech that has the sound of a breach: who judges by sound alone has to ask here first. */

interface Exemption {
  frees: (reading: Reading) => boolean
  /** Whose findings it never overrules. */
  unless: readonly Detector[]
}

const EXEMPTIONS: Readonly<Partial<Record<Breach, Exemption>>> = {
  harassment: { frees: (reading) => handsOnOffice(reading), unless: [harassment, privateDetails] },
  deception: {
    frees: (reading) => handsOnOffice(reading) && !VOTING.test(reading.normal.text),
    unless: [deception],
  },
  'fake-profile': {
    frees: (reading) => isHonest(reading) || isMerelyNew(reading) || handsOnOffice(reading),
    unless: [fakeProfile],
  },
  allegation: { frees: isSourced, unless: [allegation] },
}

/**
 * Whether what is said is free, though it may read like the breach: the office's own contacts, a source or a question, an
 * honest profile. Never where a rule found that very breach. Of other breaches always false.
 */
export function isExempt(concern: Breach, reading: Reading): boolean {
  const exemption = EXEMPTIONS[concern]
  if (!exemption?.frees(reading)) return false
  return exemption.unless.every((detector) => detector.detect(reading).every((finding) => finding.concern !== concern))
}

/** An office's number is no help to those who lie about a ballot, and no excuse either. */
const VOTING = pattern('votes?|voting|voters?|polls?|polling|ballots?|elections?')

/** Whoever rings is to lie, or all are to ring at once. */
const RUSE = pattern([
  "pretend(?:s|ing)?|(?:pose|posing) as|(?:say|saying|tell (?:him|her|them)|claim|claiming) (?:that )?(?:you're|you are|you were|it's|to be|you)|act like|make out|prank|hoax|wind (?:him|her|them) up|(?:false|fake|another|different) name",
  'bombard|flood|spam|swamp|jam|clog|non ?stop|around the clock|round the clock|every (?:five|ten|few|[0-9]+) minutes|(?:all|through the|in the middle of the|at) night',
])
/** What belongs to somebody's life rather than to their work. */
const PRIVATE = pattern([
  'lives?|living|home|house(?! of (?:commons|lords))|flat|front door|doorstep|driveway|neighbours?|mobile|personal|private|insta(?:gram)?|facebook|snap(?:chat)?|tik ?tok|car|drives?|parks?|parked|number ?plate|gym|pub',
  'kids?|child(?:ren)?|daughters?|sons?|husband|wife|mum|mother|dad|father|parents|partner|family|school|nursery',
  'follow(?:s|ed|ing)?(?! (?:up|@))|watch(?:ed|ing)|wait(?:ing)? (?:for|outside)|outside|tonight|alone|after dark|closing time|leaves?|finish(?:es)?|clocks? off',
])

/** It hands on a contact that the office publishes, whatever its spelling, and nothing else of anybody. */
function handsOnOffice({ item, normal, office }: Reading): boolean {
  if (RUSE.test(normal.text) || PRIVATE.test(normal.text)) return false
  const own = ownDomains(office)
  const links = [...addressesIn(item.text), ...item.links.flatMap((link) => readAddress(link) ?? [])]
  if (!links.every((link) => isUnder(link, own))) return false
  const free = publishedBy(office)
  const address = tokenOf('address', office.public.address ?? '')
  const details = detailsIn(item.text).filter(({ kind }) => kind !== 'name' && kind !== 'handle')
  const published = details.filter(({ kind, token }) => (kind === 'address' ? token === address : free.has(token)))
  const others = details.filter(
    (detail) => isTelling(detail, item.text) && !published.some((known) => meet(known, detail)),
  )
  return published.length + links.length > 0 && others.length === 0
}

/** `detailsIn` hands out all that might be a detail; an address is one by its street, a plate by its length and digits. */
function isTelling({ kind, token, start, end }: Detail, text: string): boolean {
  if (kind === 'address') return WHOLE.test(token)
  return kind !== 'plate' || (token.length === 'plate:'.length + PLATE && /\d/.test(text.slice(start, end)))
}
const WHOLE = new RegExp(` (?:${STREET}|rise|view|vale|park|green|mount|villas)$`)
/** Signs of a plate. */
const PLATE = 7

/** One reading of a number or of an email's letters may begin before it, or end after. */
const meet = (one: Detail, other: Detail): boolean => one.start < other.end && other.start < one.end
