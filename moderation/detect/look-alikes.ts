import { type Address, addressesIn, readAddress } from '../addresses.ts'
import type { Finding, Gravity, OfficeFacts, Reading, Span } from '../model.ts'
import { normalise } from '../normalise.ts'
import { remember } from '../remember.ts'
import { pattern } from './rules.ts'

/** Addresses that pass for those of Parliament, government, banks or the office. What they lead to is never looked at. */

interface Trusted {
  /** As people say it, in a reason. */
  who: string
  /** Labels that stand for it, whole or between hyphens. */
  names: readonly string[]
  /** Where these names are right. */
  own: readonly string[]
  /** Others bear them too, so they deceive only where a password or money is at stake. */
  common?: true
}

const TRUSTED: readonly Trusted[] = [
  {
    who: 'Parliament',
    names: ['parliament', 'parliament-uk', 'parliamentuk', 'ukparliament', 'house-of-commons', 'houseofcommons'],
    own: ['parliament.uk', 'parliament.scot', 'senedd.wales', 'niassembly.gov.uk'],
  },
  {
    who: 'the government',
    names: ['gov-uk', 'govuk', 'uk-gov', 'ukgov', 'hmrc', 'dwp', 'dvla', 'dvsa', 'homeoffice', 'home-office', 'ukvi'],
    own: ['gov.uk', 'gov.scot', 'gov.wales'],
  },
  { who: 'the NHS', names: ['nhs'], own: ['nhs.uk', 'nhs.net', 'nhs.scot', 'nhs.wales'], common: true },
  {
    who: 'those who run elections',
    names: ['electoral', 'electoralcommission', 'electoral-commission', 'registertovote', 'register-to-vote'],
    own: ['electoralcommission.org.uk', 'gov.uk', 'electoral-reform.org.uk'],
    common: true,
  },
  { who: 'a council', names: ['council'], own: ['gov.uk', 'gov.scot', 'gov.wales'], common: true },
  {
    who: 'Royal Mail',
    names: ['royalmail', 'royal-mail'],
    own: ['royalmail.com', 'royalmail.co.uk', 'royalmailgroup.com'],
  },
  { who: 'the Post Office', names: ['postoffice', 'post-office'], own: ['postoffice.co.uk'] },
  { who: 'TV Licensing', names: ['tvlicensing', 'tv-licensing', 'tvlicence'], own: ['tvlicensing.co.uk'] },
  { who: 'PayPal', names: ['paypal'], own: ['paypal.com', 'paypal.me', 'paypal.co.uk', 'paypalobjects.com'] },
  ...(
    [
      ['Barclays', 'barclays barclaycard', 'barclays.co.uk barclays.com barclaycard.co.uk'],
      ['Lloyds Bank', 'lloydsbank lloyds', 'lloydsbank.com lloydsbank.co.uk lloyds.com lloydsbankinggroup.com'],
      ['NatWest', 'natwest', 'natwest.com natwestgroup.com'],
      ['HSBC', 'hsbc', 'hsbc.co.uk hsbc.com'],
      ['Santander', 'santander', 'santander.co.uk santander.com'],
      ['Nationwide', 'nationwide', 'nationwide.co.uk'],
      ['Halifax', 'halifax', 'halifax.co.uk halifax-online.co.uk'],
      ['Monzo', 'monzo', 'monzo.com monzo.me'],
      ['Starling Bank', 'starlingbank', 'starlingbank.com'],
      ['TSB', 'tsb', 'tsb.co.uk'],
      ['Revolut', 'revolut', 'revolut.com revolut.me'],
    ] as const
  ).map(([who, names, own]) => ({ who, names: names.split(' '), own: own.split(' '), common: true as const })),
]

/** Real words and organisations that a letter or two parts from a name above. */
const INNOCENT = new Set(
  'parlament parlement parliaments parliamentary parlamento parliamentwatch starling santanders nationwides barclay lloyd'.split(
    ' ',
  ),
)

/** In an address that is after a password or money, */
const THEFT =
  /(?:log-?in|log-?on|sign-?in|verif|secure|claim|refund|rebate|payment|pay(?![a-z])|confirm|unlock|suspend|password|auth|re-?deliver|fee(?![a-z]))/
/** or that at least wants something. */
const BAIT = /(?:account|casework|support|update|official|portal|parcel|tracking|grant|fund|donat|appeal|help)/
/** The same of the words beside it. */
const STEALS = pattern([
  '(?:log ?in|sign ?in|verify|confirm|unlock|re ?register)(?: [a-z]+){0,4}? (?:now|here|today|below|your|at|via|using|before|within|details|account|identity)',
  'bank details|card (?:number|details)|sort code|passwords?|passcode|national insurance|ni number|date of birth|(?:enter|submit|update|send|give) (?:us |me )?(?:your|all your) (?:personal )?(?:details|information|data)',
  '(?:refund|rebate|compensation|grant|payment|parcel) (?:is |are )?(?:waiting|pending|due|ready|approved|available|owed)|(?:pay|settle)(?: [a-z]+){0,3}? fee|unpaid|overdue|will be (?:suspended|cancelled|closed|deleted)|claim (?:it|your|this|the|now)',
  '(?:pay|settle)(?: off)? (?:your|this|(?:the|any|an) (?:unpaid|outstanding|overdue))(?: [a-z]+){0,2}? (?:fines?|bills?|tax|tolls?|charges?|penalt(?:y|ies))(?: [a-z]+)? (?:now|here|today|online|immediately|below|at|via|using|before|within|or|to avoid)',
  'bitcoin|btc|crypto|gift cards?|guaranteed (?:profits?|returns?)|prize|you have won|winner',
])
const ASKS = pattern(
  '(?:register|pay|donate|deposit|transfer|send|fill|submit|update|redeem|collect|appeal|apply|sign up)(?: [a-z]+){0,4}? (?:now|here|today|below|your|at|via|using|before|within|money|details|account|fee|refund|grant|payment)',
)
/** Whoever warns of an address, or asks whether it is real, has to name it. */
const WARNS = pattern([
  '(?<!not a )(?<!no )(?:scam(?:s|med|mer|mers)?|phishing|fraud(?:sters?)?|fake|spoof(?:ed)?|dodgy|suspicious)|is (?:this|that|it) (?:real|genuine|legit|right|safe|you|yours|from you)',
  "don't (?:click|pay|open|fall|use)|do not (?:click|pay|open)|beware|be careful|reported (?:it|this)|looks wrong|not your (?:site|website)",
])
const SHORTENERS = new Set(
  'bit.ly tinyurl.com t.ly is.gd cutt.ly rb.gy rebrand.ly ow.ly shorturl.at tiny.cc v.gd s.id goo.gl shorte.st adf.ly bl.ink soo.gd qrco.de linktr.ee rotf.lol did.li u.to'.split(
    ' ',
  ),
)

const NAME = 'deception'
const VERSION = '2'

/** How much an address, or the words beside it, want of the reader. */
type Wants = 'nothing' | 'something' | 'theft'

type Linked = Omit<Address, 'span'> & { span?: Span }

interface Told {
  score: number
  gravity: Gravity
  reason: string
}

/** At most one finding: the gravest. */
export function lookAlikes(reading: Reading): Finding[] {
  const { item, office, normal } = reading
  const written = addressesIn(item.text)
  const linked = item.links.flatMap((link) => readAddress(link) ?? [])
  if (written.length + linked.length === 0 || WARNS.test(normal.text)) return []
  const trusted = [...TRUSTED, ...officeOf(office)]
  const own = ownDomains(office)
  const words: Wants = STEALS.test(normal.text) ? 'theft' : ASKS.test(normal.text) ? 'something' : 'nothing'
  const found = [...written, ...linked].flatMap((address: Linked) => {
    if (isUnder(address, own)) return []
    const told = toldOf(address, trusted, wantsOf(address, words))
    return told ? { ...told, spans: address.span ? [address.span] : [] } : []
  })
  return [...found, ...masked(written, linked, words)]
    .sort((a, b) => b.score - a.score)
    .slice(0, 1)
    .map((told) => ({ concern: 'deception', detector: NAME, version: VERSION, ...told }))
}

function wantsOf({ host, path }: Linked, words: Wants): Wants {
  if (words === 'theft' || THEFT.test(host + path)) return 'theft'
  return words === 'something' || BAIT.test(host + path) ? 'something' : 'nothing'
}

function toldOf(address: Linked, trusted: readonly Trusted[], wants: Wants): Told | null {
  if (address.explicit && address.user.includes('.')) {
    return grave(0.82, 'A link shows one address before the "@" and leads to another.')
  }
  if (address.isNumber) {
    const reason = 'A link leads to a bare number instead of a name, as no public body does.'
    return address.explicit && wants !== 'nothing' ? { score: 0.62, gravity: 'plain', reason } : null
  }
  if (SHORTENERS.has(address.domain)) {
    const reason = 'A shortened link hides where it leads, beside words that ask for data or money.'
    if (wants === 'theft') return { score: 0.62, gravity: 'plain', reason }
    return wants === 'something' ? { score: 0.4, gravity: 'mild', reason } : null
  }
  const rightly = trusted.some(({ own }) => isUnder(address, own))
  return rightly ? null : (trusted.map((body) => borrowing(address, body, wants)).find((told) => told !== null) ?? null)
}

function borrowing(address: Linked, { who, names, own, common }: Trusted, wants: Wants): Told | null {
  if (spells(address, own)) return grave(0.86, `A link spells out an address of ${who} and leads elsewhere.`)
  for (const name of names) {
    if (isTwin(address.name, name)) return grave(0.86, `A link looks like the name of ${who} in other letters.`)
    if (!common && isNear(address.name, name)) {
      const reason = `A link is a letter or two from the name of ${who}.`
      return wants === 'nothing' ? { score: 0.36, gravity: 'mild', reason } : grave(0.8, reason)
    }
    if ((wants === 'theft' || (wants === 'something' && !common)) && bears(address, name)) {
      return grave(0.76, `A link borrows the name of ${who} and is not theirs.`)
    }
  }
  return null
}

const grave = (score: number, reason: string): Told => ({ score, gravity: 'grave', reason })

export const isUnder = ({ host }: Pick<Address, 'host'>, domains: readonly string[]): boolean =>
  domains.some((domain) => host === domain || host.endsWith(`.${domain}`))

/** A genuine address in full, with something else behind it: "parliament.uk.example.net". */
const spells = ({ host }: Linked, own: readonly string[]): boolean =>
  own.some((domain) => `.${host}`.includes(`.${domain}.`))

/** The name stands in the host as a label, or between hyphens. */
const bears = ({ labels }: Linked, name: string): boolean =>
  labels.slice(0, -1).some((label) => `-${skeleton(label)}-`.includes(`-${skeleton(name)}-`))

/** Other characters, and the same to the eye. */
const isTwin = (label: string, name: string): boolean => label !== name && skeleton(label) === skeleton(name)

/** What the eye makes of a label: look-alike letters folded, then those that pass for one another in a small font. */
const skeleton = remember(
  (label: string): string =>
    normalise(label)
      .text.replaceAll('rn', 'm')
      .replaceAll('vv', 'w')
      .replaceAll('cl', 'd')
      .replaceAll(/[1il|]/g, 'l')
      .replaceAll('0', 'o'),
  1_000,
)

/** The shorter a name, the more strangers are one letter away. */
function isNear(label: string, name: string): boolean {
  const most = name.length >= 9 ? 2 : name.length >= 7 ? 1 : 0
  return most > 0 && label !== name && !INNOCENT.has(label) && distance(label, name, most) <= most
}

/** Letters to add, drop, change or swap with their neighbour; more than `most` counts as `most + 1`. */
function distance(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1]
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      row.push(
        Math.min(
          (last[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (last[j - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    ;[before, last] = [last, row]
  }
  return last[other.length] ?? most + 1
}

/** "gov.uk" and "www.gov.uk": one under the other, or both under one name. */
const isSameSite = (one: Linked, other: Linked): boolean => {
  const [a, b] = [one, other].map(({ host }) => host.replace(/^www\./, ''))
  return one.domain === other.domain || isUnder(one, [b ?? '']) || isUnder(other, [a ?? ''])
}

/** The text shows a public body's address, and what it is linked to is another. */
function masked(written: readonly Address[], linked: readonly Linked[], words: Wants): (Told & { spans: Span[] })[] {
  // X shortens every link to its own address.
  const elsewhere = linked.filter(
    (link) => link.domain !== 't.co' && !written.some((address) => isSameSite(address, link)),
  )
  if (elsewhere.every((address) => wantsOf(address, words) === 'nothing')) return []
  const [mask] = written.filter(
    (address) => TRUSTED.some(({ own }) => isUnder(address, own)) && !linked.some((link) => isSameSite(address, link)),
  )
  return mask
    ? [{ ...grave(0.78, "A link shows a public body's address and leads elsewhere."), spans: [mask.span] }]
    : []
}

const offices = new WeakMap<OfficeFacts, readonly Trusted[]>()

/** The office by its own addresses and by the MP's name. */
function officeOf(office: OfficeFacts): readonly Trusted[] {
  let known = offices.get(office)
  if (!known) {
    const who = "the MP's office"
    const own = ownDomains(office)
    const words = normalise(office.mp.name).text.match(/[a-z]+/g) ?? []
    const site = readAddress(office.public.website ?? '')
    // A page on somebody else's domain says nothing of that domain.
    const siteName = site && site.host.replace(/^www\./, '') === site.domain ? site.name : ''
    const [whole, surname = ''] = [words.join(''), words.at(-1)]
    const names = [whole, words.join('-'), siteName].filter((name) => name.length >= 7)
    known = [
      { who, names: [...new Set(names)], own },
      { who, names: surname.length > 3 ? [surname] : [], own, common: true },
    ]
    offices.set(office, known)
  }
  return known
}

/** Where the office's own pages and mail are. */
export function ownDomains(office: OfficeFacts): string[] {
  return [office.public.website, office.public.email].flatMap((contact) => {
    const host = /(?:@|:\/\/)([a-z0-9.-]+)/.exec(contact?.toLowerCase() ?? '')?.[1]
    return host ? [host.replace(/^www\./, '')] : []
  })
}
