import type { Detector, Finding, Reading, Work } from '../model.ts'
import { normalise, spanOf } from '../normalise.ts'
import { remember } from '../remember.ts'
import { type Rule, ruleDetector } from './rules.ts'
import { containment, type Stretch, type Word, wordsOf } from './similar.ts'

/**
 * Theft of others' work, and the use of Parliament's badge for trade: by cues, and by comparison with the texts that staff
 * registered. Only a person can settle it.
 */

const NAME = 'ip'
const VERSION = '3'

const RULES: readonly Rule[] = [
  {
    when: [
      '(?:took|taken|removed|cropped|photoshopped|got rid of) (?:the |her |his |their )?watermarks? (?:off|out|from)?',
      'watermarks? (?:removed|off|gone|cropped)',
      "(?:right click|screenshot it|scanned it|ripped it|copied it)[^\\n]{0,60}?(?:don't pay|free|print|share|instead of paying|steal)",
      "don't pay (?:her|him|them|the (?:artist|photographer|author))",
      '(?:full|whole) (?:pdf|book|album|film|match|series|res zip)[^\\n]{0,40}?(?:free|download|here|link|https?)',
      'free (?:full res|pdf|download) [^\\n]{0,60}?(?:zip|book|album|film|pics|https?)',
      '(?:pirate|pirated|cracked|cam ?rip|torrent|illegal stream)[^\\n]{0,40}?(?:link|here|https?|download|free)',
      '(?:house of commons|parliament|westminster|mp) (?:approved|endorsed|official)[^\\n]{0,60}?(?:https?|gummies|buy|tin|merch|get your|shop|mugs?|t ?shirts?)',
      "(?:portcullis|commons logo|{mp}'?s? face) on (?:every|each|all|a|our)[^\\n]{0,40}?(?:tin|mug|shirt|bottle|packet|product)",
    ],
    unless: [
      "nobody asked|without my permission|my (?:photo|work|art|picture|copyright)|please don't|reported",
      'is mine',
    ],
    score: 0.62,
    gravity: 'plain',
    reason:
      "Somebody else's work or badge seems to be taken without leave; only its owner can say, by the platform's own form.",
    quotable: true,
  },
]

const cues = ruleDetector(NAME, VERSION, 'ip-violation', RULES)

/** Where an owner complains of a copy, by platform. */
const FORMS: Readonly<Record<string, string>> = {
  x: 'https://help.x.com/forms/ipi/dmca',
  facebook: 'https://www.facebook.com/help/contact/634636770043106',
  instagram: 'https://help.instagram.com/contact/552695131608132',
  bluesky: 'copyright@bsky.app',
}

/** A finding that tells staff where the owner is to turn. */
function addressed(finding: Finding, { author }: Reading): Finding {
  const form = FORMS[author?.platform ?? '']
  return form === undefined ? finding : { ...finding, reason: `${finding.reason} The owner is to turn to ${form}.` }
}

export const ip: Detector = {
  name: NAME,
  version: VERSION,
  detect: (reading) => [...cues.detect(reading), ...copied(reading)].map((finding) => addressed(finding, reading)),
}

/** A text of fewer words is nobody's copy. */
const FEWEST = 20
/** To quote fewer words is free; unless they are nearly the whole of a short poem. */
const QUOTATION = 25
const WHOLE = 0.8
/** Copied is the greater part of what was written, or of the work: not a passage in a long text of one's own. */
const PART = 0.5
/** Of longer texts the beginning is compared. Words. */
const READ = 6_000

/** Copies of registered texts that don't say whose they are. */
function copied(reading: Reading): Finding[] {
  const { normal, office } = reading
  if (office.works === undefined || office.works.length === 0) return []
  const words = wordsOf(normal.text).slice(0, READ)
  if (words.length < FEWEST) return []
  const { works, find } = shelfOf(office.works)
  return [...find(words)].flatMap(([place, stretches]): Finding[] => {
    const work = works[place]
    const many = stretches.reduce((sum, { from, to }) => sum + to - from, 0)
    if (!work || !isPart(many, words.length, work.words) || credited(reading, words, stretches, work)) return []
    const { title, holder } = work
    return [
      {
        concern: 'ip-violation',
        score: 0.7,
        gravity: 'mild',
        reason: `About ${many} words of it are from the registered work ${title}, of ${holder}, and it doesn't say so: whether whoever posted it had leave, only a person can find out.`,
        spans: stretches.map(({ from, to }) => spanOf(normal, words[from]?.start ?? 0, words[to - 1]?.end ?? 0)),
        detector: NAME,
        version: VERSION,
      },
    ]
  })
}

function isPart(many: number, ofText: number, ofWork: number): boolean {
  const enough = many >= QUOTATION || (many >= FEWEST && many >= WHOLE * ofWork)
  return enough && (many >= PART * ofText || many >= PART * ofWork)
}

/** A work made ready to be compared. */
interface Shelved {
  title: string
  holder: string
  /** How many it has. */
  words: number
  titleWords: string
  holderWords: string
}

interface Shelf {
  works: readonly Shelved[]
  find: ReturnType<typeof containment>
}

/** Most of the cost of making works ready, and they change one at a time. */
const spelt = remember((text: string): string => normalise(text).text, 1_000)

const shelves = new WeakMap<readonly Work[], Shelf>()

function shelfOf(works: readonly Work[]): Shelf {
  const known = shelves.get(works)
  if (known) return known
  const texts = works.map(({ text }) => wordsOf(spelt(text)))
  const shelf = {
    works: works.map(({ title, holder }, n) => ({
      title,
      holder,
      words: texts[n]?.length ?? 0,
      titleWords: joined(plainWords(title)),
      holderWords: joined(plainWords(holder)),
    })),
    find: containment(texts),
  }
  shelves.set(works, shelf)
  return shelf
}

/** Spelt as the readings are. */
const plainWords = (text: string): Word[] => wordsOf(normalise(text).text)
const joined = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ')

const LINK = /https?:\/\/|www\./i
/** A shorter title stands in a text by chance, and so does a shorter surname. Letters. */
const TELLING_TITLE = 5
const TELLING_NAME = 4

/** A quotation that says where it is from is free, and what is one's own is no quotation. */
function credited(
  { item, author }: Reading,
  words: readonly Word[],
  stretches: readonly Stretch[],
  { titleWords, holderWords }: Shelved,
): boolean {
  if (item.links.length > 0 || item.media.some(({ kind }) => kind === 'link') || LINK.test(item.text)) return true
  if (author !== null && isHolder(author, holderWords)) return true
  const ends = [...stretches, { from: words.length, to: words.length }]
  const own = joined(ends.flatMap(({ from }, n) => words.slice(ends[n - 1]?.to ?? 0, from)))
  const surname = holderWords.slice(holderWords.lastIndexOf(' ') + 1)
  return (
    names(joined(words), holderWords) ||
    (surname.length >= TELLING_NAME && names(own, surname)) ||
    // A poem often begins with its title.
    (titleWords.length >= TELLING_TITLE && names(own, titleWords))
  )
}

function isHolder(
  { displayName = '', handle }: { displayName?: string; handle: string },
  holderWords: string,
): boolean {
  const account = joined(plainWords(handle)).replaceAll(' ', '')
  const holder = holderWords.replaceAll(' ', '')
  return names(joined(plainWords(displayName)), holderWords) || (holder !== '' && account.startsWith(holder))
}

/** Does the phrase stand in the text, word by word? */
const names = (text: string, phrase: string): boolean => phrase !== '' && ` ${text} `.includes(` ${phrase} `)
