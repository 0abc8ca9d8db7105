import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { addressesIn } from '../../moderation/addresses.ts'
import { deception } from '../../moderation/detect/deception.ts'
import facts from '../../moderation/facts/voting.json' with { type: 'json' }
import type { Finding, OfficeFacts } from '../../moderation/model.ts'
import { normalise } from '../../moderation/normalise.ts'
import { decodePunycode } from '../../moderation/punycode.ts'
import { anAuthor, anItem, NOON, OFFICE } from '../builders.ts'

const office: OfficeFacts = { ...OFFICE, public: { ...OFFICE.public, website: 'https://johartley.example.org' } }

function found(text: string, links: string[] = [], writtenAt = NOON): Finding | undefined {
  const reading = {
    item: anItem({ text, links, writtenAt }),
    author: anAuthor(),
    context: { earlier: [], others: [] },
    office,
    normal: normalise(text),
  }
  return deception.detect(reading).toSorted((a, b) => b.score - a.score)[0]
}

describe('Punycode', () => {
  it('is read as Node writes it', () => {
    // Cyrillic, Greek, accents and Chinese; what Node's own rules change or refuse is no test of ours.
    const letter = fc.constantFrom(...Array.from('abcdez019-éüñçаеорсіјѕλπν中文日本'))
    fc.assert(
      fc.property(fc.string({ unit: letter, minLength: 1, maxLength: 20 }), (label) => {
        const ascii = domainToASCII(label)
        if (!ascii.startsWith('xn--')) return
        expect(decodePunycode(ascii.slice(4))).toBe(label)
      }),
    )
  })

  test.each(['99999999', 'a-é', '-', 'ü', 'zzzzzzzzzzzzzzzzzzzz'])('of %j never throws', (label) => {
    expect(() => decodePunycode(label)).not.toThrow()
  })
})

describe('addresses', () => {
  test.each<[string, string[]]>([
    ['See https://www.gov.uk/vote, or parliament.uk.', ['www.gov.uk', 'parliament.uk']],
    ['hxxps://evil[.]example[.]net/x', ['evil.example.net']],
    ['write to jo@example.org', []],
    ['end of it.Then more', []],
    ['http://192.168.0.1/a and http://[::1]/', ['192.168.0.1', '::1']],
  ])('of %j are %j', (text, hosts) => {
    expect(addressesIn(text).map(({ host }) => host)).toEqual(hosts)
  })

  it('are known by the part that was registered', () => {
    const domains = addressesIn('https://a.b.example.co.uk https://me.github.io https://x.example.com').map(
      ({ domain }) => domain,
    )
    expect(domains).toEqual(['example.co.uk', 'me.github.io', 'example.com'])
  })

  test.each(['https://', 'a.', 'www.', '[.]', 'a.com/', '(.)', 'é.uk ', '@a.b@'])(
    'in 40,000 characters of %j cost little',
    (piece) => {
      const text = piece.repeat(40_000 / piece.length)
      const began = performance.now()
      addressesIn(text)
      expect(performance.now() - began).toBeLessThan(500)
    },
  )
})

describe('links', () => {
  test.each([
    'https://parliarnent.uk/members',
    'https://pаrliament.uk',
    `https://${domainToASCII('pаrliament')}.uk/x`,
    'https://www.parliament.uk.members-login.example.net',
    'https://gov.uk.tax.example.com/refund',
    'https://parliament.uk@evil.example/login',
    'https://parlaiment.uk/verify',
    'https://hmrc-refunds.example.net/claim',
    'https://secure.barclays.account-check.example.com/login',
    'https://nhs-prescriptions.example.org/verify',
    'https://royalmail-redelivery.example.com/pay',
    'https://dvla-refund.example.com',
    'https://jo-hartley.example.com/verify-your-account',
    'https://johartIey.example.com/donate',
    'Your council tax refund is ready: http://203.0.113.9/claim',
    'Your parcel will be returned, pay the fee: https://bit.ly/3xyz',
    'hxxps://gov-uk[.]example[.]net/confirm',
    'Log in at gov-uk.example.com/verify',
  ])('%s deceives', (text) => {
    expect(found(text)).toMatchObject({ concern: 'deception' })
    expect(found(text)?.gravity).not.toBe('mild')
  })

  test.each([
    'https://www.parliament.uk/business/committees',
    'https://committees.parliament.uk/submit-evidence/login',
    'https://www.tax.service.gov.uk/account/login',
    'https://111.nhs.uk/verify',
    'https://www.barclays.co.uk/login',
    'https://johartley.example.org/donate',
    'https://www.theyworkforyou.com/mp/jo_hartley',
    'https://www.savethenhs.example.org/appeal',
    'https://nhs-choir.example.org/support',
    'https://www.parlament.ch/de',
    'https://www.halifaxcourier.example.co.uk/news/update',
    'https://www.santander-cycles.example.com/support',
    'https://nationwide-vehicles.example.co.uk',
    'https://www.ambleford-parish-council.example.org/planning-appeal',
    'https://hartleys-jam.example.com/support',
    'https://bit.ly/ambleford-fair',
    'https://en.wikipedia.org/wiki/Parliament_of_the_United_Kingdom',
    'https://münchen.example.de/login',
    'http://192.168.0.1 is my router',
    'Got this text, is it real? https://hmrc-refunds.example.net/claim',
    'Warning: parlaiment.uk/login is a scam, do not click',
  ])('%s is free', (text) => {
    expect(found(text)).toBeUndefined()
  })

  it('that only resemble are looked at, and no more', () => {
    expect(found('Source: https://parliamnet.uk/debates')).toMatchObject({ gravity: 'mild' })
    expect(found('Please donate here to save the hospice https://bit.ly/hosp')).toMatchObject({ gravity: 'mild' })
  })

  it('that show one address and lead to another deceive', () => {
    expect(found('Register at gov.uk/register today', ['https://votes.example.net/login'])?.reason).toContain('shows')
    expect(found('gov.uk says so', ['https://news.example.com/story'])).toBeUndefined()
    expect(found('Register at gov.uk/register today', ['https://www.gov.uk/register'])).toBeUndefined()
    expect(found('Register at gov.uk/register today', ['https://t.co/abc'])).toBeUndefined()
  })
})

describe('what is said of voting', () => {
  test.each([
    'You can now vote by text! Send LABOUR to 60123',
    'No queues this year, you can vote online from your phone',
    'Polls close at 8pm on Thursday',
    'Reminder: polling stations open at 9am',
    'Polling stations are open from 9 to 6 today',
    'You have until 6pm to vote',
    'Conservative voters should vote on Friday, everyone else Thursday',
    'Election day is Wednesday, be there',
    'The by-election has been postponed until next Tuesday',
    "You can't vote if you owe council tax",
    'If you are on benefits you are not allowed to vote',
    "You don't need photo ID at the polling station",
    "You can't vote without your polling card",
    'Only pensioners can vote by post',
    "You don't need to register to vote",
    'All polling stations in Ambleford are closed due to flooding.',
  ])('is false: %s', (text) => {
    expect(found(text)).toMatchObject({ concern: 'deception', gravity: 'plain' })
  })

  test.each([
    'Polls close at 10pm tonight, get out and vote',
    'Polling stations are open from 7am to 10pm',
    'Polling stations open at 7 and close at 10',
    'Polls are open 7am - 10pm',
    'Remember your photo ID, you need it at the polling station',
    'You can register to vote online at gov.uk/register-to-vote',
    'Why can’t we vote online like in Estonia?',
    'We should be able to vote by text',
    'Do polls close at 9pm?',
    'Someone told me you can vote by text, that is not true',
    'Is it true you can vote online?',
    'You do not need ID to vote by post',
    "You don't need photo ID at the polling station for the Scottish Parliament",
    'Students can register at two addresses',
    'Unison members: vote online by Friday',
    'Vote online for our choir in the Pride of Ambleford awards',
    'The vote on the bill has been postponed until Tuesday',
    'The polls closed at 10pm and the count went on till four',
    'Will you vote on Tuesday against the welfare cuts?',
    'The council election should be moved to Saturday so people can vote',
    'The polls are closing in on you Jo',
    'If you can’t be bothered to vote you can’t complain',
    "If you don't vote you can't moan about it",
  ])('is free: %s', (text) => {
    expect(found(text)).toBeUndefined()
  })

  it('is believed only as long as the fact file is fresh', () => {
    const text = 'Polls close at 8pm on Thursday'
    const stale = found(text, [], new Date(Date.parse(facts.lookAgainFrom) + 1))
    expect(stale).toMatchObject({ gravity: 'mild' })
    expect(stale?.reason).toContain('last looked up in November 2026')
    expect(Date.parse(facts.lookAgainFrom) - Date.parse(facts.read)).toBeLessThanOrEqual(366 * 86_400_000)
  })
})

describe('frauds', () => {
  test.each([
    'Official flood relief fund from the MP: transfer £50 to my personal account, sort code 20-00-00',
    'HMRC: send your bank details and date of birth to receive your rebate',
    'Urgent: confirm your bank details within 24 hours or your account will be closed',
    'I turned £200 into £9,000 with this government backed bitcoin platform, click the link',
    'Pay the fee in Amazon gift cards today only and the grant is yours',
    'You have been selected for a £500 energy grant, WhatsApp me on 07700 900111 and pay the £20 release fee',
  ])('%s', (text) => {
    expect(found(text)).toMatchObject({ concern: 'deception', gravity: 'grave' })
  })

  test.each([
    'I sent my bank details to a man who said he was from HMRC, can you help?',
    'Please donate to the food bank, drop cash at the community centre',
    'The government should give every household an energy grant',
    'Do you need my bank details for the claim?',
    'Banks must stop closing branches within 24 hours notice',
    'I paid HMRC £400 and they want another payment, urgent help needed',
    'Bitcoin is a bubble, the government should regulate it',
    'Official figures show the grant is not enough to pay the bills',
    'You promised us a rebate, where is the money?',
  ])('are not: %s', (text) => {
    expect(found(text)).toBeUndefined()
  })
})

describe('forgeries', () => {
  test.each([
    'LEAKED email from Jo Hartley: "let them freeze". Share before it is deleted',
    '"Pensioners are a drain," Jo Hartley caught on a hot mic',
    "They don't want you to see this about Hartley",
  ])('go to people: %s', (text) => {
    expect(found(text)).toMatchObject({ gravity: 'mild' })
  })

  test.each([
    'The Guardian reports that a leaked memo shows the minister knew',
    'In Hansard you said "we will cut bus fares". Did you?',
    'Please share our petition before it closes',
  ])('are not: %s', (text) => {
    expect(found(text)).toBeUndefined()
  })
})
