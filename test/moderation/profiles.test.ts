import { describe, expect, it, test } from 'vitest'
import { fakeProfile } from '../../moderation/detect/fake-profile.ts'
import type { Author, Finding } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { anAuthor, anItem, NOON, OFFICE } from '../builders.ts'

const DAYS = 86_400_000

function found(given: Partial<Author>, text = 'Lovely day in Ambleford'): Finding | undefined {
  const reading = {
    item: anItem({ text, writtenAt: NOON }),
    author: anAuthor({ createdAt: new Date(NOON.getTime() - 900 * DAYS), ...given }),
    context: { earlier: [], others: [] },
    office: OFFICE,
    normal: normalise(text),
  }
  return fakeProfile.detect(reading).toSorted((a, b) => b.score - a.score)[0]
}
const fresh = { createdAt: new Date(NOON.getTime() - 2 * DAYS) }

describe('who poses as the MP', () => {
  test.each<[Partial<Author>]>([
    [{ handle: '@JoHartleyMP_', displayName: 'Jo Hartley' }],
    [{ handle: '@jo_hartley_mp1', displayName: 'Jo Hartley MP' }],
    [{ handle: '@JoHartIeyMP', displayName: 'Someone', ...fresh }],
    [{ handle: '@J0HartleyMP', displayName: 'Jo H', ...fresh }],
    [{ handle: '@ambleford', displayName: 'Jo Hаrtley MP', bio: 'Member of Parliament for Ambleford South' }],
    [
      {
        handle: '@hartley_office',
        displayName: 'J0 H@rtley',
        bio: 'Official account. MP for Ambleford South. Former nurse.',
      },
    ],
    [{ handle: 'realjohartley.bsky.example', displayName: 'The real Jo Hartley', bio: 'My official page' }],
    [{ handle: '@jh_0099', displayName: 'Jo Hartley', avatarLike: 'mp' }],
  ])('is found: %o', (given) => {
    expect(found(given)).toMatchObject({ concern: 'fake-profile', gravity: 'grave' })
  })
})

describe('who says that they are not', () => {
  test.each<[Partial<Author>]>([
    [{ handle: '@NotJoHartleyMP', displayName: 'Jo Hartley MP', bio: 'Not the real one. Obviously.' }],
    [{ handle: '@JoHartleyParody', displayName: 'Jo Hartley MP', bio: 'Making Ambleford great' }],
    [{ displayName: 'Jo Hartley MP Fan Club' }],
    [{ displayName: 'Jo Hartley', bio: 'Plumber in Leeds' }],
    [{ displayName: 'Jo Hartley', bio: 'Press officer at Acme. Real ale.' }],
    [{ displayName: 'Cllr Jo Hartley', bio: 'Councillor for Northwood ward' }],
    [{ displayName: 'Jo Hartley MS', bio: 'Member of the Senedd' }],
    [{ displayName: 'Jo Hartley', bio: 'No relation to the MP' }],
    [{ displayName: 'Sack Jo Hartley MP' }],
    [{ displayName: 'Jo Hartley MP Watch' }],
    [{ displayName: 'Supporting Jo Hartley MP' }],
    [{ displayName: 'Ambleford Mum', bio: 'Writes to Jo Hartley MP a lot' }],
    [{ displayName: 'Sam Brown', avatarLike: 'mp' }],
    [{ displayName: 'Jo', ...fresh, followers: 0, posts: 0, hasAvatar: false }],
    [{ handle: '@user88213345', displayName: 'Wendy', ...fresh }],
    [{ displayName: 'Johannes Hartleyson MP fan' }],
  ])('is free: %o', (given) => {
    expect(found(given)).toBeUndefined()
  })
})

describe('staff', () => {
  it('may have an account of their own, so staff are asked', () => {
    const given = { displayName: 'Tom Walsh', bio: 'Caseworker for Jo Hartley MP. Views my own.' }
    expect(found(given)).toMatchObject({ gravity: 'mild' })
    expect(found(given, 'DM me your case details and NI number')).toMatchObject({ gravity: 'grave' })
    expect(found({ displayName: 'Tom Walsh', bio: 'Carpenter' })).toBeUndefined()
    expect(found({ displayName: 'Tom Walsh', avatarLike: 'staff' })).toMatchObject({ gravity: 'mild' })
  })
})

describe('who claims it in words', () => {
  test.each([
    'Hi, Jo Hartley here, my other account was hacked, please follow this one and DM me',
    "I'm Tom Walsh from Jo Hartley's office, send me your bank details for the claim",
    'This is the new account of Jo Hartley MP, follow me here, this is my official account of your MP',
  ])('is found: %s', (text) => {
    expect(found({}, text)).toMatchObject({ concern: 'fake-profile' })
  })

  test.each([
    'Jo Hartley here in Ambleford today, she was lovely',
    'I work for the council and I think the MP is wrong',
    "I'm from Ambleford and I rang Jo's office about my details",
    'Is this the official account of our MP?',
    'My account was hacked, can you help?',
  ])('is not: %s', (text) => {
    expect(found({}, text)).toBeUndefined()
  })
})

it('knows nothing where the platform withholds who wrote', () => {
  const text = 'Hello'
  const reading = {
    item: anItem({ text }),
    author: null,
    context: { earlier: [], others: [] },
    office: OFFICE,
    normal: normalise(text),
  }
  expect(fakeProfile.detect(reading)).toEqual([])
})
