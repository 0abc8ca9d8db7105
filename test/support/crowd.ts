import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { dice } from '../../adapters/rehearsal/dice.ts'
import { partAt } from '../../adapters/rehearsal/parts.ts'
import { createScript } from '../../adapters/rehearsal/script.ts'

/**
 * Two thousand items of one bad day, each with what it really is. Seven hundred are near-copies of fourteen texts by as many
 * people, half of them abuse and half criticism; five hundred are the floods of twenty people, of whom fourteen swear and six ask
 * again and again; and eight hundred (two in five) are like nothing else: labelled cases from `test/cases/` and what
 * neighbours say in the rehearsal. Of those one in seven breaks a rule, one in twenty asks for help; threats and people
 * at risk are as rare as they were measured to be among real replies, three in four hundred and three in a thousand.
 */
export interface Voice {
  text: string
  by: string
  /** The text it was made from: two of one template may be told for the same, two of different ones may not. */
  template: string
  kind: 'copy' | 'flood' | 'unlike'
}

export const SHARES = { copy: 700, flood: 500, unlike: 800 } as const
/** Of the unlike ones; the rest is criticism, questions, thanks and jokes. */
const BAD = { breach: 114, casework: 40, police: 6, safeguarding: 3 } as const
const COPIES = 50
const FLOOD = 25

/** What a crowd passes on. The first eight break the rules of most offices, the last six are criticism. */
const CHAINS = [
  'You are a worthless piece of shit Hartley and this whole town knows exactly what you did to our library',
  'Absolute fucking cunt of an MP, sold out the hospital and then went on holiday laughing at every one of us',
  'What a stupid fat bitch, cannot even answer one simple question about the bypass without lying to our faces',
  'Hartley is a useless wanker, everybody tell this prick what you think of him before the surgery on Friday',
  'Fuck off back to London you slimy bastard, nobody here wants your filthy face on our high street ever again',
  'Lying scum like you should be thrown in the bin with the rest of the shit, you ugly corrupt arsehole',
  'You thick bastard, my dog could represent Ambleford better than you and it would not fiddle its expenses you twat',
  'I hope you die slowly of cancer Hartley, that is the only thing that you and your rotten party deserve now',
  'Shame on you for voting to close our library. We will remember this in May and so will our children.',
  'Please vote against the bypass on Tuesday. It goes straight through the meadow where our school learns to swim.',
  'Resign. You promised in your leaflet to keep the hospital open and you have broken that promise to all of us.',
  'I am asking every MP to back the clean rivers bill. Sewage in the Pell is a disgrace and you could stop it.',
  'Why did you miss the vote on bus fares? People in Stanmere cannot get to work any more and you were at the races.',
  'You should be ashamed of the cuts to carers. I voted for you twice and I will never do so again, be sure of that.',
]

const INSULTS = [
  'stupid cunt',
  'fucking wanker',
  'piece of shit',
  'slimy bastard',
  'useless twat',
  'fat bitch',
  'lying prick',
]
const ABOUT = [
  'the library',
  'our hospital',
  'the bypass',
  'your expenses',
  'bus fares',
  'the floods',
  'my council tax',
  'that vote',
]
const RANTS = [
  (insult: string, about: string) => `Still waiting Hartley you ${insult}, what about ${about}`,
  (insult: string, about: string) => `${about} again today. You ${insult}!!!`,
  (insult: string, about: string) => `Hey ${insult}, nobody believes a word you say about ${about} any more`,
  (insult: string, about: string) => `Read this you ${insult}: ${about} is on you and you alone`,
  (insult: string, about: string) => `You are a ${insult} and ${about} proves it to everybody in Ambleford`,
]
const GRUMBLES = [
  (about: string, n: number) => `Day ${n} of asking about ${about}. Still no answer from the office of our MP.`,
  (about: string, n: number) => `I wrote about ${about} ${n} times now, and I want a proper reply, not a leaflet.`,
  (about: string, n: number) => `So what is happening with ${about}? That is ${n} weeks of silence.`,
]

/** What becomes of a text on its way through a crowd: seven in ten leave it as it is. */
function passedOn(text: string, chance: ReturnType<typeof dice>): string {
  const words = text.split(' ')
  const at = chance.int(1, words.length - 2)
  const word = words[at] ?? ''
  const roll = chance.roll()
  if (roll < 0.7) return text
  if (roll < 0.76) return `@johartley ${text}`
  if (roll < 0.82) return `${text} ${chance.pick(['🤡', '😡😡', '👏', '#AmblefordDeservesBetter'])}`
  if (roll < 0.87) return words.with(at, word.slice(0, 1) + word.slice(2)).join(' ')
  if (roll < 0.91) return words.filter((_, n) => n !== at).join(' ')
  if (roll < 0.95) return text.toUpperCase()
  return `${text} ${chance.pick(['And my neighbour says so too.', 'Share this if you agree.', 'Copied from a friend.'])}`
}

const copies = (): Voice[] =>
  CHAINS.flatMap((chain, n) =>
    Array.from({ length: COPIES }, (_, i): Voice => {
      const text = passedOn(chain, dice('copy', n, i))
      return { text, by: `copy-${n}-${i}`, template: `chain-${n}`, kind: 'copy' }
    }),
  )

/** Fourteen of twenty swear at the MP all day; six ask the same thing again and again, as they may. */
const floods = (): Voice[] =>
  Array.from({ length: SHARES.flood / FLOOD }, (_, n) =>
    Array.from({ length: FLOOD }, (__, i): Voice => {
      const chance = dice('flood', n, i)
      const about = chance.pick(ABOUT)
      const isRant = n < 14
      const which = chance.int(0, (isRant ? RANTS : GRUMBLES).length - 1)
      const text = (isRant ? RANTS[which]?.(chance.pick(INSULTS), about) : GRUMBLES[which]?.(about, i + 2)) ?? ''
      return { text, by: `flood-${n}`, template: `${isRant ? 'rant' : 'grumble'}-${which}`, kind: 'flood' }
    }),
  ).flat()

const Labelled = z.object({
  text: z.string(),
  expect: z.object({ violates: z.boolean(), escalate: z.string().nullable(), casework: z.boolean() }),
})
/** So many of the lawful ones, about half, are what a street says; the others were written to be told from what breaks a rule. */
const NEIGHBOURLY = 320
type Sort = keyof typeof BAD | 'lawful'

const sortOf = ({ violates, escalate, casework }: z.infer<typeof Labelled>['expect']): Sort => {
  if (escalate === 'police' || escalate === 'safeguarding') return escalate
  if (violates) return 'breach'
  return casework ? 'casework' : 'lawful'
}

/** What neighbours say of their own accord, for a quiet street's hundred days: no two the same. */
function neighbourly(): string[] {
  const till = Date.parse('2026-11-24T00:00:00Z')
  const said = createScript(7, 600_000).between(till - 100 * 86_400_000, till, till)
  const parts = ['critic', 'thanks', 'question', 'emoji']
  return said.flatMap((one) => {
    const [, slot] = 'incoming' in one ? (/s-(\d+)$/.exec(one.incoming.item.id) ?? []) : []
    return 'incoming' in one && slot !== undefined && parts.includes(partAt(Number(slot))[0])
      ? [one.incoming.item.text]
      : []
  })
}

function unlike(): Voice[] {
  const cases = ['dev', 'second', 'third', 'fourth', 'fifth'].flatMap((name) =>
    readFileSync(`test/cases/${name}.jsonl`, 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : Labelled.parse(JSON.parse(line)))),
  )
  const of = (sort: Sort): string[] => cases.flatMap(({ text, expect }) => (sortOf(expect) === sort ? [text] : []))
  const bad = Object.entries(BAD).flatMap(([sort, n]) => of(sort as Sort).slice(0, n))
  const texts = [...new Set([...bad, ...neighbourly().slice(0, NEIGHBOURLY), ...of('lawful')])].slice(0, SHARES.unlike)
  return texts.map((text, n) => ({ text, by: `alone-${n}`, template: `alone-${n}`, kind: 'unlike' }))
}

/** All of them, in the order in which a day brings them. */
export function crowd(): Voice[] {
  const all = [...copies(), ...floods(), ...unlike()]
  const place = new Map(all.map((voice, n) => [voice, dice('order', n).roll()]))
  return all.toSorted((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))
}
