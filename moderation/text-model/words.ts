import type { NormalText } from '../model.ts'

/**
 * The text as the model reads it: made plain, with capitals put back where a word began with one, names of accounts and
 * addresses of pages blanked, and the pictures that carry meaning spelt out once each, since the vocabulary has no pictures.
 */
export function wordsOf(normal: NormalText, original: string): string {
  return capitals(normal, original)
    .replaceAll(LINK, ' link ')
    .replaceAll(ACCOUNT, '@')
    .replaceAll(PICTURES, spellOnce())
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(THREAD, '')
}

/** A picture strewn between all words says no more than one. */
function spellOnce(): (picture: string) => string {
  const said = new Set<string>()
  return (picture) => {
    if (said.has(picture)) return ' '
    said.add(picture)
    return ` ${SPELT.get(picture) ?? ''} `
  }
}

const LINK = /(?:https?:\/\/|www\.)[^\s]+/gi
const ACCOUNT = /@[\w.-]*\w/g
/** Before a reply stand the names of all who are in the thread, which the platform put there. */
const THREAD = /^(?:@ )+/

/** "Hartley" as it was written; "HARTLEY" as "hartley", since shouting would make rare pieces of common words. */
function capitals(normal: NormalText, original: string): string {
  return normal.text.replaceAll(/[a-z]+/g, (word, at: number) => {
    if (!isCapital(original, normal.map[at])) return word
    const shouted = word.length > 1 && isCapital(original, normal.map[at + 1])
    return shouted ? word : word.charAt(0).toUpperCase() + word.slice(1)
  })
}

function isCapital(text: string, at: number | undefined): boolean {
  const unit = at === undefined ? 0 : text.charCodeAt(at)
  return unit >= 65 && unit <= 90
}

const SPELT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '🔫': 'gun',
    '🔪': 'knife',
    '🗡': 'dagger',
    '⚔': 'swords',
    '🪓': 'axe',
    '💣': 'bomb',
    '🧨': 'dynamite',
    '🔥': 'fire',
    '💥': 'explosion',
    '🪦': 'grave',
    '⚰': 'coffin',
    '⚱': 'urn',
    '🩸': 'blood',
    '💀': 'skull',
    '☠': 'skull',
    '🎯': 'target',
    '👊': 'punch',
    '🤛': 'punch',
    '🖕': 'fuck you',
    '💩': 'shit',
    '🤮': 'vomit',
    '🤢': 'disgusting',
    '🤡': 'clown',
    '🐍': 'snake',
    '🐀': 'rat',
    '🐁': 'mouse',
    '🐖': 'pig',
    '🐷': 'pig',
    '🐽': 'pig',
    '🐄': 'cow',
    '🐮': 'cow',
    '🐕': 'dog',
    '🐶': 'dog',
    '🐒': 'monkey',
    '🐵': 'monkey',
    '🦍': 'gorilla',
    '🦧': 'ape',
    '🐑': 'sheep',
    '🪳': 'cockroach',
    '🐛': 'bug',
    '🦠': 'germ',
    '🗑': 'rubbish bin',
    '🚮': 'rubbish bin',
    '🍌': 'banana',
    '🍆': 'penis',
    '🍑': 'bum',
    '💦': 'sex',
    '🏳️‍🌈': 'gay',
    '🏳️‍⚧️': 'trans',
    '🌈': 'rainbow',
    '☪': 'Muslim',
    '🕌': 'mosque',
    '🧕': 'Muslim woman',
    '✡': 'Jewish',
    '🕍': 'synagogue',
    '👳': 'man in a turban',
    '✈': 'plane',
    '🚢': 'ship',
    '⛵': 'boat',
    '👀': 'eyes',
    '🏠': 'house',
    '🏡': 'house',
    '🚗': 'car',
    '⏳': 'time is running out',
    '⌛': 'time is running out',
    '⏰': 'clock',
    '💊': 'pills',
    '😂': 'lol',
    '🤣': 'lol',
    '😭': 'crying',
    '😢': 'crying',
    '😡': 'angry',
    '🤬': 'swearing',
    '❤': 'love',
    '💔': 'heartbroken',
    '🙏': 'please',
    '👏': 'well done',
    '👍': 'good',
    '👎': 'bad',
    '🙄': 'really',
    '💰': 'money',
    '💸': 'money',
    '🚀': 'rocket',
    '📈': 'profit',
    '🪢': 'knot',
    '🪤': 'trap',
  }),
)

const PICTURES = new RegExp([...SPELT.keys()].sort((a, b) => b.length - a.length).join('|'), 'gu')
