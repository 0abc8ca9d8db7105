import { describe, expect, test } from 'vitest'
import { discrimination } from '../../moderation/detect/discrimination.ts'
import { threats } from '../../moderation/detect/threat.ts'
import type { Detector, Finding } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { anAuthor, anItem, OFFICE } from '../builders.ts'

const findings = (detector: Detector, text: string): Finding[] =>
  detector.detect({
    item: anItem({ text }),
    author: anAuthor(),
    context: { earlier: [], others: [] },
    office: OFFICE,
    normal: normalise(text),
  })

describe('knowing where somebody can be met', () => {
  test.each([
    'I know what school your kids go to has a pool. Ours has buckets catching the rain.',
    'I know which train you get, Jo. Mine was cancelled again.',
    'We know where you shop, and it is not the market you say you want to save.',
  ])('is for a person to look at by itself: %s', (text) => {
    expect(findings(threats, text)).toMatchObject([{ concern: 'threat', gravity: 'mild' }])
  })

  test.each([
    'I know which school your kids go to. Just saying.',
    'I know which train you get home. Been watching you.',
    'I know where your kids go to school. Be a shame.',
    'I know where you park. I have a hammer.',
    'I will find out where your kids go to school',
    'Your daughter walks home alone doesn’t she',
    'I know where you live',
  ])('is grave beside harm, a hint or watching: %s', (text) => {
    expect(findings(threats, text).map(({ gravity }) => gravity)).toContain('grave')
  })
})

describe('the name of a murdered MP', () => {
  test.each([
    'Jo Cox would have been proud of how you spoke today.',
    'You remind me of Jo Cox, the same courage and the same kindness.',
    'I still miss David Amess, and you would have got on',
    'You are the next Jo Cox: an inspiration to all of us',
  ])('is no threat where somebody praises or mourns: %s', (text) => {
    expect(findings(threats, text)).toEqual([])
  })

  test.each([
    'You’ll get what Jo Cox got',
    'You’ll end up like Jo Cox',
    'Jo Cox was next to you in the list',
    'Jo Cox would be proud of you, and you’re next',
    'Thank you for nothing. I hope you go the same way as David Amess',
  ])('is one where it is held up to somebody: %s', (text) => {
    expect(findings(threats, text).map(({ concern }) => concern)).toContain('threat')
  })
})

describe('people without a name', () => {
  test.each([
    'You people make me sick. Twelve months I have waited for a hip.',
    'Your lot make me sick, voting for that',
    'I hate you people.',
  ])('are mostly politicians: %s', (text) => {
    expect(findings(discrimination, text)).toEqual([])
  })

  test.each([
    'You people make me sick, coming over here and building mosques.',
    'These people disgust me. Back where they came from',
    'I hate them lot. Our country is full of migrants',
    'I hate Muslims.',
    'Gypsies make me sick',
  ])('are a group where the text tells which: %s', (text) => {
    expect(findings(discrimination, text).map(({ concern }) => concern)).toContain('discrimination')
  })
})
