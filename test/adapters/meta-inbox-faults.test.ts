import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../../adapters/meta/failure.ts'
import { prepareLetter, privateReply, writeMessage } from '../../adapters/meta/letters.ts'
import type { MessageHandle, Network } from '../../adapters/meta/messages.ts'
import { block, restrict } from '../../adapters/meta/moderate.ts'
import { outcomeOf } from '../../adapters/meta/outcome.ts'
import { type Outcome, PlatformError } from '../../adapters/platform.ts'
import type { Failing } from '../emulators/meta/endpoints.ts'
import type { Fault } from '../emulators/meta/faults.ts'
import { handleOf, inboxOn, MINUTE, type Office, soon, textsOf } from '../support/meta-inbox.ts'

/**
 * Every way in which a call for the inbox can go wrong: nothing is lost, nothing is sent twice, and whoever must act is told.
 * A write that hangs or whose connection breaks may have been made, whether the emulator made it or not.
 */

type Is = Outcome['is'] | 'retry, all' | 'by hand'
/** A PlatformError; or a page, with a rest or without. */
type Reading = PlatformError['trouble'] | 'rest' | 'read'

interface Row {
  fault: Fault & string
  /** Listing the inbox; looking into one conversation. */
  list: Reading
  look: Reading
  /** Sending a message or a private reply, moving to spam, blocking. */
  send: Is
  move: Is
  shut: Is
}
const row = (fault: Fault & string, list: Reading, look: Reading, send: Is, move: Is, shut: Is): Row => ({
  fault,
  list,
  look,
  send,
  move,
  shut,
})

const FAULTS: readonly Row[] = [
  row('hang', 'unavailable', 'rest', 'unconfirmed', 'retry', 'retry'),
  row('reset', 'unavailable', 'rest', 'unconfirmed', 'retry', 'retry'),
  row('lost', 'unavailable', 'rest', 'already-done', 'done', 'retry'),
  row('truncate', 'unavailable', 'rest', 'already-done', 'done', 'retry'),
  row('unknown', 'unavailable', 'rest', 'unconfirmed', 'retry', 'retry'),
  row('transient', 'unavailable', 'rest', 'unconfirmed', 'retry', 'retry'),
  row('badGateway', 'unavailable', 'rest', 'unconfirmed', 'retry', 'retry'),
  row('appThrottled', 'throttled', 'rest', 'retry, all', 'retry, all', 'retry, all'),
  row('userThrottled', 'throttled', 'rest', 'retry, all', 'retry, all', 'retry, all'),
  row('pageThrottled', 'throttled', 'rest', 'retry, all', 'retry, all', 'retry, all'),
  row('temporarilyThrottled', 'throttled', 'rest', 'retry, all', 'retry, all', 'retry, all'),
  row('customThrottled', 'throttled', 'rest', 'retry, all', 'retry, all', 'retry, all'),
  row('messengerThrottled', 'throttled', 'rest', 'retry, all', 'retry, all', 'retry, all'),
  row('instagramThrottled', 'throttled', 'rest', 'retry, all', 'retry, all', 'retry, all'),
  row('expired', 'unauthorised', 'unauthorised', 'retry, all', 'retry, all', 'retry, all'),
  row('passwordChanged', 'unauthorised', 'unauthorised', 'retry, all', 'retry, all', 'retry, all'),
  row('appRemoved', 'unauthorised', 'unauthorised', 'retry, all', 'retry, all', 'retry, all'),
  row('checkpoint', 'unauthorised', 'unauthorised', 'retry, all', 'retry, all', 'retry, all'),
  row('sessionInvalid', 'unauthorised', 'unauthorised', 'retry, all', 'retry, all', 'retry, all'),
  row('proofInvalid', 'unauthorised', 'unauthorised', 'retry, all', 'retry, all', 'retry, all'),
  row('denied', 'rest', 'rest', 'manual', 'manual', 'by hand'),
  row('capability', 'rest', 'rest', 'manual', 'manual', 'by hand'),
  row('roleNeeded', 'rest', 'rest', 'manual', 'manual', 'by hand'),
  row('sendingRestricted', 'rest', 'rest', 'manual', 'manual', 'by hand'),
  // What was sent is at fault, and would be each day anew. What sends no words waits.
  row('abusive', 'throttled', 'rest', 'refused', 'retry, all', 'retry, all'),
  row('tooFast', 'throttled', 'rest', 'retry, all', 'retry, all', 'retry, all'),
  row('outsideWindow', 'unexpected', 'rest', 'manual', 'refused', 'refused'),
  row('noSuchPerson', 'unexpected', 'rest', 'refused', 'refused', 'by hand'),
  row('unavailable', 'unexpected', 'rest', 'refused', 'refused', 'by hand'),
  row('alreadyReplied', 'unexpected', 'rest', 'refused', 'refused', 'refused'),
  row('cannotReply', 'unexpected', 'rest', 'refused', 'refused', 'refused'),
  row('duplicate', 'unexpected', 'rest', 'refused', 'refused', 'refused'),
  row('deprecated', 'unexpected', 'rest', 'refused', 'refused', 'refused'),
  row('noThread', 'unexpected', 'rest', 'refused', 'refused', 'by hand'),
]
/** The call is the same as for a message, so a few do. */
const PRIVATE: readonly string[] = [
  'hang',
  'lost',
  'badGateway',
  'expired',
  'messengerThrottled',
  'denied',
  'abusive',
  'tooFast',
  'cannotReply',
]
const TEXT = 'For help please ring 0161 496 0000.'
const NETWORKS: readonly Network[] = ['facebook', 'instagram']

describe.each(NETWORKS)('the inbox on %s', (network) => {
  let office: Office
  let handle: MessageHandle
  beforeEach(async () => {
    office = await inboxOn(network)
    office.receive(office.sam, 'Hello')
    const [first] = await office.read()
    if (!first) throw new Error('nothing was heard')
    handle = handleOf(first)
  })
  afterEach(async () => {
    const { violations } = office.meta
    await office.meta.close()
    expect(violations).toEqual([])
  })

  const platform = network === 'facebook' ? 'Facebook' : 'Instagram'
  const whole = (outcome: Outcome | 'by hand'): Is => {
    if (outcome === 'by hand') return outcome
    return outcome.is === 'retry' && outcome.all ? 'retry, all' : outcome.is
  }
  /** As the adapters turn what is thrown into an outcome. */
  const met = async (acting: Promise<Outcome | 'by hand'>): Promise<Is> => {
    const outcome = await acting.catch((error: unknown) => outcomeOf(error, office.account, { attempt: 1 }, platform))
    return whole(outcome)
  }
  const saying = (attempt = 1) => ({
    letter: { text: TEXT, links: [] },
    prepared: prepareLetter(new Date(office.clock.now)),
    attempt,
  })
  const sent = (): number =>
    office.world.inbox.between(office.side, office.sam)?.messages.filter(({ author }) => author === office.side)
      .length ?? 0
  /** What hangs is given up soon, and nothing else is. */
  const by = (fault: Fault): Office['account'] => (fault === 'hang' ? office.hasty : office.account)
  const reading = async (fault: Fault): Promise<Reading> => {
    try {
      const { rest } = await office.once(soon(), by(fault))
      return rest ? 'rest' : 'read'
    } catch (error) {
      if (error instanceof PlatformError) return error.trouble
      // What the adapters' own index makes of a refusal that nobody was ready for.
      return 'unexpected'
    }
  }

  it.each(FAULTS)('loses nothing where listing meets $fault', async ({ fault, list }) => {
    office.later(MINUTE)
    office.receive(office.sam, 'And now?')
    office.meta.faults.once('GET Page/conversations', fault)
    expect(await reading(fault)).toBe(list)
    office.later(25 * 60 * MINUTE)
    expect(textsOf(await office.read())).toEqual(['And now?'])
  })

  it.each([
    ['does not answer', () => new PlatformError('unavailable', 'Meta is in trouble.')],
    ['can’t be understood', () => new PlatformError('unexpected', 'Meta says something new.')],
    ['is not the app’s to see', () => new Refusal('permission', 10)],
    ['is not there', () => new Refusal('invalid', 100)],
  ])('reads the inbox though what is laid aside %s, and that when it is listed again', async (_, trouble) => {
    office.later(20 * MINUTE)
    office.receive(office.sam, 'I am at the end')
    let isDown = true
    const isAside = (from: object): boolean => JSON.stringify(from).includes('"folder":')
    const troubled = office.reading((from) => {
      if (isDown && isAside(from)) throw trouble()
    })
    expect(textsOf((await office.once(soon(), troubled)).items)).toEqual(['I am at the end'])
    const aside = office.meta.world.inbox.between(office.side, office.sam)
    if (!aside) throw new Error('nobody has written')
    // What came while the folder could not be listed is no older than what was listed there last.
    office.later(30 * 60 * MINUTE)
    office.receive(office.sam, 'Is anybody there?')
    aside.folder = network === 'facebook' ? 'spam' : 'other'
    await office.once(soon(), troubled)
    office.later(30 * 60 * MINUTE)
    isDown = false
    expect(textsOf(await office.read())).toContain('Is anybody there?')
  })

  it.each(FAULTS)('loses nothing where a look into a conversation meets $fault', async ({ fault, look }) => {
    office.later(MINUTE)
    office.receive(office.sam, 'And now?')
    office.meta.faults.once('GET UnifiedThread/messages', fault)
    expect(await reading(fault)).toBe(look)
    office.later(25 * 60 * MINUTE)
    expect(textsOf(await office.read())).toEqual(['And now?'])
  })

  it.each(FAULTS)('sends once where sending meets $fault', async ({ fault, send }) => {
    office.meta.faults.once('POST Page/messages', fault)
    expect(await met(writeMessage(by(fault), network, saying(), handle, soon()))).toBe(send)
    expect(sent()).toBe(send === 'already-done' ? 1 : 0)
  })

  it.each(FAULTS.filter(({ fault }) => PRIVATE.includes(fault)))(
    'answers a comment once where sending meets $fault',
    async ({ fault, send }) => {
      const { world, page, onInstagram, sam } = office
      const { id } =
        network === 'facebook'
          ? world.comment(world.post(page, 'Surgery'), sam, 'Well')
          : world.instagram.comment(world.instagram.publish(onInstagram, 'Surgery'), sam, 'Well')
      const of = { to: { comment: id }, author: office.idOf(sam), link: 'https://example.com' }
      office.meta.faults.once('POST Page/messages', fault)
      expect(await met(privateReply(by(fault), network, saying(), of, soon()))).toBe(send)
      expect(sent()).toBe(send === 'already-done' ? 1 : 0)
    },
  )

  it.each(FAULTS)('sends nothing unseen where a second try’s look meets $fault', async ({ fault }) => {
    office.meta.faults.once('GET UnifiedThread/messages', fault)
    const is = await met(writeMessage(by(fault), network, saying(2), handle, soon()))
    expect(is).not.toBe('done')
    expect(sent()).toBe(0)
  })

  it.each(['reset', 'unknown', 'denied', 'expired', 'messengerThrottled'] as const)(
    'knows no more where the look after a lost answer meets %s',
    async (fault) => {
      office.meta.faults.once('POST Page/messages', 'lost')
      office.meta.faults.once('GET UnifiedThread/messages', fault)
      expect(await met(writeMessage(office.account, network, saying(), handle, soon()))).toBe('unconfirmed')
      expect(sent()).toBe(1)
    },
  )

  it.each(FAULTS)('moves to spam or says why not where that meets $fault', async ({ fault, move }) => {
    office.meta.faults.once('POST Page/moderate_conversations', fault)
    expect(await met(restrict(by(fault), network, handle, false, soon()))).toBe(move)
  })

  it.each(FAULTS)('moves nothing unseen where the look meets $fault', async ({ fault }) => {
    office.meta.faults.once('GET Page/conversations', fault)
    expect(await met(restrict(by(fault), network, handle, false, soon()))).not.toBe('done')
    expect(office.meta.writes).toEqual([])
  })

  it.each(network === 'instagram' ? FAULTS : [])(
    'blocks or says why not where that meets $fault',
    async ({ fault, shut }) => {
      office.meta.faults.once('POST Page/moderate_conversations', fault)
      expect(await met(block(by(fault), office.idOf(office.sam), false, soon()))).toBe(shut)
    },
  )

  it('lets nothing of what is secret or private into what it throws', async () => {
    const calls: readonly Failing[] = [
      'GET Page/conversations',
      'POST Page/messages',
      'POST Page/moderate_conversations',
    ]
    const said: string[] = []
    for (const call of calls) {
      for (const { fault } of FAULTS) {
        if (fault === 'hang') continue
        office.meta.faults.once(call, fault)
        const act = call.startsWith('GET')
          ? office.once()
          : call.endsWith('messages')
            ? writeMessage(office.account, network, saying(), handle, soon())
            : restrict(office.account, network, handle, false, soon())
        await act.then(
          (outcome) => void said.push(JSON.stringify(outcome).replaceAll(TEXT, '')),
          (error: unknown) => void said.push(`${String(error)} ${JSON.stringify(error)}`),
        )
        office.meta.faults.clear()
        office.later(8 * 24 * 60 * MINUTE)
      }
    }
    const { token } = office.grant
    for (const secret of [token, office.meta.app.secret, TEXT]) expect(said.join('\n')).not.toContain(secret)
  })
})
