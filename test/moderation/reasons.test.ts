import { describe, expect, it, test } from 'vitest'
import { abuse } from '../../moderation/detect/abuse.ts'
import { findingsOf, type Hit, type Rule } from '../../moderation/detect/rules.ts'
import type { Finding } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { anAuthor, anItem, OFFICE } from '../builders.ts'

const reading = (text: string) => ({
  item: anItem({ text }),
  author: anAuthor(),
  context: { earlier: [], others: [] },
  office: OFFICE,
  normal: normalise(text),
})
const reasons = (text: string): string[] => abuse.detect(reading(text)).map(({ reason }) => reason)

describe('one insult', () => {
  test.each([
    ['You stupid fat cow of a secretary', 'A person is called an animal or filth.'],
    ['you are a filthy pathetic little pig', 'A person is called an animal or filth.'],
    ['You fucking useless cunt', 'An obscene word is aimed at a person.'],
    ['What a bunch of wankers', 'An obscene word is used about a person.'],
  ])('is one finding, in words that can be read aloud: %s', (text, reason) => {
    expect(reasons(text)).toEqual([reason])
  })

  it('and another in the same text are two', () => {
    expect(reasons('You cunt. I hope you get cancer.')).toEqual([
      'An obscene word is aimed at a person.',
      'Death or grave harm is wished on somebody.',
    ])
  })
})

describe('of findings on the same words', () => {
  const by = { name: 'test', version: '1', concern: 'abuse' } as const
  const TEXT = 'one two three four five'
  const on = (words: string, rule: Partial<Rule> = {}, reported = false): Hit => {
    const start = TEXT.indexOf(words)
    const whole = { when: words, score: 0.5, gravity: 'plain', reason: words, ...rule } as const
    return { rule: whole, start, end: start + words.length, reported, doubtful: false }
  }
  const told = (...hits: Hit[]): Finding[] => findingsOf(hits, reading(TEXT), by)
  const names = (...hits: Hit[]): string[] => told(...hits).map(({ reason }) => reason)

  it('the surest stands for the others, and rests on all their words', () => {
    const found = told(on('two'), on('two three', { score: 0.9 }), on('three four'))
    expect(found).toMatchObject([{ reason: 'two three', score: 0.9 }])
    expect(found.flatMap(({ spans }) => spans.map(({ start, end }) => TEXT.slice(start, end)))).toEqual([
      'two three four',
    ])
  })

  it('one of two that say as much', () => {
    expect(names(on('two three'), on('three'))).toEqual(['two three'])
  })

  test.each<[string, Hit]>([
    ['is graver', on('two', { gravity: 'grave' })],
    ['calls somebody', on('two', { escalate: 'police' })],
    ['is about another concern', on('two', { concern: 'threat' })],
    ['stands elsewhere', on('five')],
  ])('a weaker one stays that %s', (_, weaker) => {
    expect(told(weaker, on('two three', { score: 0.9 }))).toHaveLength(2)
  })

  it('a weaker one stays that stands elsewhere as well', () => {
    const weaker = on('two')
    expect(
      told(weaker, { ...weaker, ...on('five', {}), rule: weaker.rule }, on('two three', { score: 0.9 })),
    ).toHaveLength(2)
  })

  it('the order of the rules is kept', () => {
    expect(names(on('five'), on('two', { score: 0.9 }), on('four', { score: 0.7 }))).toEqual(['five', 'two', 'four'])
  })
})
