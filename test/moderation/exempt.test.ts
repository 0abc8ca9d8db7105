import { describe, expect, it, test } from 'vitest'
import { abuse } from '../../moderation/detect/abuse.ts'
import { isExempt } from '../../moderation/detect/exempt.ts'
import { ip } from '../../moderation/detect/ip.ts'
import { lookAlikes } from '../../moderation/detect/look-alikes.ts'
import type { Author, Breach, Item, OfficeFacts, Reading } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { anAuthor, anItem, NOON, OFFICE } from '../builders.ts'

const office: OfficeFacts = {
  ...OFFICE,
  public: {
    phone: '01632 960100',
    email: 'jo.hartley.mp@parliament.uk',
    website: 'https://www.johartley.org.uk',
    address: '14 Mill Lane, Ambleford, AM1 2AB',
  },
}

const reading = (text: string, author: Partial<Author> | null = {}, item: Partial<Item> = {}): Reading => ({
  item: anItem({ text, writtenAt: NOON, ...item }),
  author: author === null ? null : anAuthor(author),
  context: { earlier: [], others: [] },
  office,
  normal: normalise(text),
})
const free = (concern: Breach, text: string, author?: Partial<Author> | null): boolean =>
  isExempt(concern, reading(text, author))

describe("the office's own contacts", () => {
  test.each([
    'Ring her at the office, 01632 960100',
    'Ring Jo on +44 1632 960100',
    'Call them: +44 (0)1632-960100',
    'Her office number is oh one six three two, nine six oh one double oh',
    'Contact Jo at jo.hartley.mp@parliament.uk',
    'Write to jo dot hartley dot mp at parliament dot uk',
    'You can find Jo at 14 Mill Lane, Ambleford',
    'Everybody can see Tom Walsh at 14 Mill Ln, AM1 2AB',
    'Tell Tom Walsh what you think: https://www.johartley.org.uk/contact or 01632960100',
  ])('may be handed on: %s', (text) => {
    expect(free('harassment', text)).toBe(true)
    expect(free('deception', text)).toBe(true)
  })

  test.each([
    'Ring her at home, 07700 900123',
    'Ring her on 07700 900123',
    'Ring her on 01632 960100 or 07700 900123',
    'Ring her on 01632 960100 07700 900123',
    'Mail jo.hartley.mp@parliament.uk and tom.w@example.com',
    'Jo, 14 Mill Road, Ambleford',
    'Jo, 14 Mill Lane and 3 Acacia Avenue',
    'Her postcode is AM4 9ZZ and the office is 01632 960100',
    'Office: 01632 960100. Plate: AB12 CDE',
    'Ring 01632 960100. She lives by the church',
    'Ring 01632 960100 and pretend to be her mum',
    "Ring 01632 960100 and say you're from the bank",
    'Everybody bombard 01632 960100 all night',
    'Ring 01632 960100 and look at https://example.net/jo',
    'I will be waiting outside 14 Mill Lane',
    'Where does she go on Fridays?',
  ])('excuse nothing else: %s', (text) => {
    expect(free('harassment', text)).toBe(false)
  })

  it('excuse no false word about voting', () => {
    expect(free('deception', 'This year you vote by text, questions to 01632 960100')).toBe(false)
  })

  it('excuse nothing on the protected register, nor what a rule found', () => {
    const own = reading('Ring Sam Hartley at the office, 01632 960100')
    expect(isExempt('harassment', own)).toBe(true)
    const kept = { has: (token: string) => token === 'name:sam hartley' }
    expect(isExempt('harassment', { ...own, office: { ...office, protected: kept } })).toBe(false)
  })

  it('are none where the office publishes none', () => {
    const own = reading('Ring her at the office, 01632 960100')
    expect(isExempt('harassment', { ...own, office: { ...office, public: {} } })).toBe(false)
  })
})

describe('an accusation', () => {
  test.each([
    "The register of members' interests shows Jo Hartley took £5000 from the developer",
    'The Gazette reported that Jo Hartley took £5000 from the developer',
    'It was heard in court that she took bribes',
    'Jo Hartley took £5000 from the developer https://www.bbc.co.uk/news/1',
    'Did Jo Hartley take £5000 from the developer?',
    'Hi Jo. Did you take £5000 from the developer?',
    'The court heard that Jo Hartley took the money',
  ])('is free with a source, and as a question: %s', (text) => {
    expect(free('allegation', text)).toBe(true)
  })

  test.each([
    'Jo Hartley took £5000 from the developer',
    'Jo Hartley takes bribes. Did you know?',
    'Jo Hartley took £5000 https://truth-about-jo.example.net',
    'The court heard of it. Jo Hartley takes bribes from builders.',
    'Let the record show that Jo Hartley took £5000 from the developer',
    '',
  ])('is not by itself: %s', (text) => {
    expect(free('allegation', text)).toBe(false)
  })
})

describe('a profile', () => {
  const claim = 'I am your MP and I approve of this'

  test.each<[Partial<Author>, string]>([
    [{ displayName: 'Jo Hartley MP', bio: 'Parody' }, claim],
    [{ handle: '@NotJoHartleyMP', displayName: 'Jo Hartley MP' }, claim],
    [{ displayName: 'Jo Hartley MP Fan Club' }, claim],
    [{ displayName: 'Jo Hartley', bio: 'No relation to the MP' }, claim],
    [{ displayName: 'Jo Hartley', verified: true }, claim],
    [{ handle: 'JoHartleyMP', displayName: 'Jo Hartley MP' }, claim],
    [{ handle: '@u88213345', createdAt: NOON, followers: 0, posts: 0, hasAvatar: false }, 'Hello from Ambleford'],
    [{}, 'Contact Jo at jo.hartley.mp@parliament.uk'],
  ])('is free: %o', (author, text) => {
    expect(free('fake-profile', text, author)).toBe(true)
  })

  test.each<[Partial<Author> | null, string]>([
    [{}, claim],
    [{}, 'Hello from Ambleford'],
    [{ createdAt: NOON }, claim],
    [{ createdAt: NOON, displayName: 'DC Marlow' }, 'Where will she be on Saturday?'],
    [{ createdAt: NOON }, "It's me again on my sixth account"],
    [{ createdAt: NOON }, 'Confirm within two hours: send me your number'],
    [null, claim],
    [{ displayName: 'Jo Hartley MP', handle: '@jo_hartley_mp1' }, 'Lovely day'],
    [{ displayName: 'J', handle: '@realjohartley' }, 'Lovely day'],
    [{}, 'Hi, Jo Hartley here, my other account was hacked, DM me or mail jo.hartley.mp@parliament.uk'],
  ])('is not: %o', (author, text) => {
    expect(free('fake-profile', text, author)).toBe(false)
  })
})

it('frees no other breach', () => {
  for (const concern of ['abuse', 'threat', 'spam', 'discrimination', 'unlawful'] as const) {
    expect(free(concern, "The register of members' interests shows it, ring 01632 960100")).toBe(false)
  }
})

describe('swearing at staff', () => {
  const sworn = (text: string) => abuse.detect(reading(text)).toSorted((a, b) => b.score - a.score)[0]

  test.each([
    'Priya Nair is a fucking joke',
    'your caseworker Tom Walsh is bloody useless',
    'Fucking answer the phone Tom Walsh',
    'Tom Walsh talks absolute bollocks',
    "the MP's bloody staff never ring back",
    'Thanks for bloody nothing, Tom Walsh',
    'Tom Walsh is a bloody nightmare',
  ])('is looked at: %s', (text) => {
    expect(sworn(text)).toMatchObject({ concern: 'abuse', gravity: 'mild', score: 0.45 })
  })

  test.each([
    'Priya Nair, the bloody form is wrong again',
    'Tom Walsh sent me the fucking PIP form twice',
    'Tom Walsh, this system is bloody hopeless',
    'I told Tom Walsh the wait is absolutely fucking ridiculous',
    'Tom Walsh, four fucking months on and no visa',
    "Tom Walsh I'm bloody freezing in here",
    'Tom Walsh is fucking brilliant',
    'Thank you Tom Walsh for sorting this bloody mess',
    'The NHS staff are bloody exhausted',
    '"Fucking answer me" - is this what your staff hear?',
    'Tom Walsh never rings back',
    'This government is a fucking joke',
    'Tom Walsh rang. The council is bloody useless',
  ])('is free at a thing, and in praise: %s', (text) => {
    expect(sworn(text)).toBeUndefined()
  })
})

describe('a shortened link', () => {
  const told = (text: string) => lookAlikes(reading(text))[0]

  test.each([
    'Pay your fine now https://bit.ly/3abc',
    'Settle your council tax bill today: https://tinyurl.com/abc',
    'Pay the outstanding toll charge here https://is.gd/abc',
  ])('beside a demand is a breach: %s', (text) => {
    expect(told(text)).toMatchObject({ concern: 'deception', gravity: 'plain' })
  })

  test.each([
    'We all pay too much council tax https://bit.ly/3abc',
    'The rich must pay their taxes https://bit.ly/3abc',
    'Who is going to pay the bill? https://bit.ly/3abc',
  ])('beside an opinion is none: %s', (text) => {
    expect(told(text)).toBeUndefined()
  })
})

test.each([
  ['x', 'https://help.x.com/forms/ipi/dmca'],
  ['bluesky', 'copyright@bsky.app'],
])('whose work is taken on %s is told where to turn', (platform, form) => {
  expect(ip.detect(reading('Watermark removed, share it', { platform }))[0]?.reason).toContain(form)
  expect(ip.detect(reading('Watermark removed, share it', { platform: 'rehearsal' }))[0]?.reason).not.toContain(
    'turn to',
  )
})
