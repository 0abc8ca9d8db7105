import { describe, expect, test } from 'vitest'
import { allegation } from '../../moderation/detect/allegation.ts'
import type { Finding } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { anAuthor, anItem, OFFICE } from '../builders.ts'

const found = (text: string, links: string[] = []): Finding | undefined =>
  allegation.detect({
    item: anItem({ text, links }),
    author: anAuthor(),
    context: { earlier: [], others: [] },
    office: OFFICE,
    normal: normalise(text),
  })[0]

const CLAIM = 'Jo Hartley takes bribes from the developers.'

describe('a grave accusation as fact', () => {
  test.each([
    CLAIM,
    'Hartley nicked the food bank money and everyone here knows it',
    'Tom Walsh has been skimming the charity donations for years.',
    'Councillor Evans forged hundreds of postal votes',
    'That headteacher groped two pupils and got away with it',
    'Jo Hartley is a benefit cheat.',
    'You are in the pay of the Kremlin.',
    'Rev Mossgrave is a paedophile.',
  ])('is found: %s', (text) => {
    expect(found(text)).toMatchObject({ concern: 'allegation', gravity: 'plain' })
  })

  test.each([
    'Did Jo Hartley take bribes from the developers?',
    'Is it true that Hartley nicked the food bank money?',
    'Jo Hartley stole the show at the carnival',
    'You stole our library from us!',
    'You robbed pensioners of the winter fuel payment',
    'According to the court papers Councillor Evans forged postal votes',
    'Hartley denies taking bribes',
    'The register of interests shows £10,000 from a developer',
    'You are a liar and a hypocrite',
    'You are bought and paid for by big business',
    'Benefit cheats cost less than tax evaders do',
    'My uncle abused children and nobody listened',
    'The man who groped girls on the 42 bus was jailed today',
    'Jo Hartley has helped herself to another foreign trip',
  ])('is not: %s', (text) => {
    expect(found(text)).toBeUndefined()
  })
})

describe('a source in words', () => {
  test.each([
    'Jo Hartley fiddled her expenses, it was in the Ambleford Post last week',
    'Jo Hartley fiddled her expenses. It’s all over the papers.',
    'Hartley nicked the food bank money, as reported in the Herald',
    'Hartley nicked the food bank money. The Ambleford Gazette ran it on Friday.',
    'Tom Walsh has been skimming the charity donations, I saw it on the news',
    'Tom Walsh has been skimming the charity donations. The jury heard it and it was all read out in court',
    'Hartley is a benefit cheat according to the tribunal',
    'Jo Hartley is a benefit cheat. The register shows it.',
    'Councillor Evans forged postal votes, the BBC reported',
  ])('frees it: %s', (text) => {
    expect(found(text)).toBeUndefined()
  })

  test.each([
    'Jo Hartley fiddled her expenses, put that in your post',
    'Saw you on the news, grinning. Hartley nicked the food bank money.',
    'Hartley nicked the food bank money and the press office covers for her',
    'Jo Hartley fiddled her expenses. Times are hard for the rest of us.',
    'Jo Hartley fiddled her expenses and should be in court',
  ])('does not where it tells of something else: %s', (text) => {
    expect(found(text)).toMatchObject({ gravity: 'plain' })
    expect(found(text)?.reason).toMatch(/, with no source that the tool recognises\.$/)
  })
})

describe('a link', () => {
  test.each([
    'https://www.bbc.co.uk/news/uk-1',
    'https://www.amblefordgazette.co.uk/news/2',
    'https://www.theyworkforyou.com/regmem/',
    'https://members.parliament.uk/member/1/registeredinterests',
  ])('to reporting or records frees it: %s', (url) => {
    expect(found(`${CLAIM} ${url}`)).toBeUndefined()
    expect(found(CLAIM, [url])).toBeUndefined()
  })

  test.each(['https://truth.example.net/hartley', 'https://bbc.co.uk.example.net/x', 'https://notbbc.co.uk'])(
    'to anywhere else has people look: %s',
    (url) => {
      expect(found(`${CLAIM} ${url}`)).toMatchObject({ gravity: 'mild' })
      expect(found(`${CLAIM} ${url}`)?.reason).toContain('is it one?')
    },
  )
})
