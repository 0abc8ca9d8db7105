import type { NormalText, Reading } from '../model.ts'
import { replace } from '../respell.ts'

/**
 * How the North and Scotland spell what they say, put in the words that rules are written in: "ah divvent want to be here
 * nee more". Only for what must not be missed; nothing is held against anybody for a word that was guessed.
 */

const SPELT: Readonly<Record<string, string>> = {
  i: 'ah',
  "i'm": "ahm|ah'm|a'm|ahs",
  "i'll": "ah'll|a'll",
  "i've": "ah've|a've",
  "don't": "divvent|divent|divvn't|divn't|dinnae|dinna|dinny|dunna",
  "doesn't": 'disnae|disna|doesnae|dizzent',
  "didn't": 'didnae|didna|didny',
  "can't": 'cannae|canna|cannit|cannet|cannat',
  "couldn't": 'couldnae|couldna',
  "won't": 'willnae|winnae|wullnae|wilna|winna',
  "wouldn't": 'wouldnae|widnae|wouldna',
  "isn't": 'isnae|isna|isny',
  "wasn't": 'wisnae|wasnae|wasna',
  "haven't": 'havenae|hivnae|havnae|hinnae|hevvent',
  "hasn't": 'hasnae|hisnae|hesnae',
  myself: 'masel|masell|mysel|mysell|mesel|mesell|mesen|misen|meself',
  himself: 'hissel|himsel|hissen|hisself',
  herself: 'hersel|hersen',
  'want to': 'wantae|wannae|wanty|wanny|waant te|want tae',
  'going to': 'gonnae|gonny|gannin te|gannae|gaun tae|gawn tae',
  to: 'tae',
  no: 'nae|nee|nay',
  'any more': 'onymair|anymair|onymore|nae mair|nee mair|nee more|nae more|any mair|ony mair',
  nothing: 'nowt|nuhin|nuthin|nothin|naethin|naething',
  nobody: 'naebody|neebody|naebdy',
  nowhere: 'naewhere|neewhere|naewhaur',
  dead: 'deid',
  'to die': 'te dee|tae dee',
  home: 'hame|hyem|yem',
  house: 'hoose',
  out: 'oot',
  kids: 'weans|bairns|wains|weens',
  child: 'wean|bairn|wain',
  scared: 'feart|frit|scart',
  crying: 'greetin',
  food: 'scran',
  electric: 'leccy|lecky',
}

const PLAIN: ReadonlyMap<string, string> = new Map(
  Object.entries(SPELT).flatMap(([plain, spellings]) => spellings.split('|').map((word) => [word, plain] as const)),
)
/** Longest first, so that "nae mair" isn't read as "no mair". */
const WORDS = new RegExp(
  `(?<![a-z0-9'])(?:${[...PLAIN.keys()].sort((a, b) => b.length - a.length).join('|')})(?![a-z0-9'])`,
  'g',
)

/** The reading in plain English; the same one where no such word stands in it, as in nearly every text. */
export function inPlainEnglish(reading: Reading): Reading {
  const { text, map } = reading.normal
  const plain = replace(text, map, WORDS, ([word]) => PLAIN.get(word) ?? word)
  if (plain.text === text) return reading
  const normal: NormalText = { text: plain.text, map: plain.from }
  return { ...reading, normal }
}
