import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Case, Role } from '../../src/store/index.ts'
import { anAuthor, NOON } from '../builders.ts'
import { launchChromium } from '../support/chromium.ts'
import { faultsOf, hasBrowser, LOOKS, tooSmall, visiting } from './browser.ts'
import { aStage, atRisk, type Given, insult, read, type Stage, visitor } from './seed.ts'

/** What staff do with what the office has promised: letters, adjustments, contests, and second looks at blocks. */

const HOSTILE = '</textarea><script>alert(1)</script> {phone} [x]\u202E'
const DAY = 86_400_000

let stage: Stage
let priya: Awaited<ReturnType<Stage['join']>>
let tom: Awaited<ReturnType<Stage['join']>>

beforeAll(async () => {
  stage = await aStage({
    letters: () => ({ answering: ['message'], most: 2000, counts: 'graphemes' }),
  })
  priya = await stage.join('Priya Nair')
  tom = await stage.join('Tom Walsh')
})
afterAll(async () => {
  expect(stage.failures).toEqual([])
  await stage.close()
})

const as = (who: { cookie: string }) => visitor(stage.app, who.cookie)
const post = (path: string, form: Record<string, string> = {}) => as(priya).post(path, form)
const page = (path: string) => as(priya).page(path)
const placeOf = (answer: Response): string => (answer.headers.get('location') ?? '').replace(/[?#].*/, '')
const logged = async () => (await stage.store.log.page(null, 1))[0]

const signedIn = async <Who extends { id: string }>(who: Who) => {
  const { token } = await stage.store.sessions.begin(who.id, stage.parts.now())
  return { ...who, cookie: `serjeant=${token}` }
}
/** Sessions end with the day: both sign in anew. */
const pass = async (minutes: number) => {
  stage.pass(minutes)
  priya = await signedIn(priya)
  tom = await signedIn(tom)
}
const joinAs = async (name: string, role: Role) => {
  const who = await stage.join(name)
  await stage.store.people.giveRoles(who.id, [role], priya.id, NOON)
  return signedIn(who)
}

let round = 0
const somebody = (more: Given = {}): Given => {
  const name = `walker${++round}`
  return insult({ author: anAuthor({ displayName: `Ros ${round}`, handle: `@${name}` }), ...more })
}
const idOf = ({ item }: Case): string => item.authorId ?? ''
const now = async ({ id }: { id: string }): Promise<Case> => {
  const found = await stage.store.queue.find(id)
  if (!found) throw new Error('the case is gone')
  return found
}
const states = async (found: Case) => (await now(found)).actions.map(({ kind, state }) => `${kind} ${state}`)
/** The platform does all that is due, and what waits for that. */
const perform = async () => {
  const at = stage.parts.now()
  const orders = []
  for (;;) {
    const errands = await stage.store.outbox.lease(stage.accountId, at, 'w', 200, 60_000, false)
    if (errands.length === 0) return orders
    for (const errand of errands) await stage.store.outbox.settle(errand, { is: 'done', receipt: null }, at)
    orders.push(...errands.map(({ order }) => order))
  }
}
/** Somebody is to be warned. @returns the case and where its letter is */
const warn = async (given: Given = somebody()) => {
  const found = await stage.put(given)
  const answer = await post(`/case/${found.id}/answer`, { answer: 'changed', action: 'warn', clause: 'abuse' })
  expect(answer.status).toBe(303)
  return { found, letter: placeOf(answer) }
}
const block = async (given: Given = somebody()) => {
  const found = await stage.put(given)
  await post(`/case/${found.id}/answer`, { answer: 'agreed' })
  await perform()
  const action = (await now(found)).actions.find(({ kind }) => kind === 'block')
  if (!action) throw new Error('no block')
  return { found, action }
}
/** What the form of a letter holds. */
const inForm = (html: string) => {
  const decode = (text = ''): string =>
    text
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&')
  const [, subject] = /name="subject" value="([^"]*)"/.exec(html) ?? []
  const [, text] = /<textarea name="text"[^>]*>\n?([\s\S]*?)<\/textarea>/.exec(html) ?? []
  return { subject: decode(subject), text: decode(text) }
}

describe('a warning', () => {
  it('is chosen like anything else, and leads to its letter, which quotes the rule and says what comes of it', async () => {
    const { found, letter } = await warn()
    expect(letter).toMatch(/^\/letter\//)
    const { subject, text } = inForm(await page(letter))
    expect(subject).toBe('A formal warning from the office of Jo Hartley')
    const rule = stage.parts.policy.clauses.find(({ id }) => id === 'abuse')?.words ?? ''
    for (const words of [
      `Hello Ros ${round},`,
      rule,
      'The warning counts until 22 February 2027.',
      'we may block your account there',
      '01632 960100',
      'within 20 working days',
    ])
      expect(text).toContain(words)
    expect(text).not.toMatch(/[{}[\]]/)
    expect(await states(found)).toContain('warn unwritten')
    // Where no letter is sent, it stays on the list and in the navigation's count.
    const list = await page('/letters')
    expect(read(list)).toContain(`To be warned: Ros ${round}`)
    expect(list).toMatch(/href="\/letters"[^>]*>Letters<span class="count">\d/)
    expect(await perform()).toEqual([])
  })

  it('is not sent while anything is to be filled in or a promise is missing, and what was written is kept', async () => {
    const { letter } = await warn()
    const { subject, text } = inForm(await page(letter))
    for (const [change, fault] of [
      [text.replace('Hello', 'Hello {name}'), 'Something is still to be filled in: {name}'],
      [`${text} [say when]`, 'Something is still to be filled in: [say when]'],
      [text.replace('22 February 2027', 'soon'), 'It must name the day: 22 February 2027.'],
      [text.replaceAll('01632 960100', ''), 'It must give the office’s phone'],
      [text.replace(/“[^”]+”\n\nWhat/, 'What'), 'It must quote the published rule'],
      ['', 'The letter is empty.'],
      [`${text}\u202E`, 'It holds invisible characters.'],
    ] as const) {
      for (const does of ['platform', 'email', 'post']) {
        const refused = await post(letter, { subject, text: change, does })
        expect([fault, refused.status]).toEqual([fault, 422])
        const html = await refused.text()
        expect(read(html)).toContain(fault.replaceAll('’', '’'))
        expect(inForm(html).text).toBe(change)
      }
    }
    expect((await as(priya).get(`${letter}/print`)).status).toBe(409)
    expect(await perform()).toEqual([])
  })

  it('goes by email as staff made it, once, and then stands on the ladder with its day', async () => {
    const { found, letter } = await warn()
    const { subject, text } = inForm(await page(letter))
    const own = text.replace('Hello', 'Good afternoon')
    const sent = await post(letter, { subject, text: own, does: 'email', to: 'ros@example.org' })
    expect(sent.headers.get('location')).toBe(`${letter}?settled=1`)
    expect(await states(found)).toContain('warn done')
    expect((await logged())?.kind).toBe('letter-sent')
    expect(JSON.stringify(await logged(), (_, value) => (typeof value === 'bigint' ? 0 : value))).not.toContain('Ros')
    const again = await post(letter, { subject, text: own, does: 'post' })
    expect(again.status).toBe(409)
    const shown = await page(letter)
    expect(read(shown)).toContain('It went by email')
    expect(read(shown)).toContain('Good afternoon')
    const person = read(await page(`/author/${idOf(found)}`))
    expect(person).toContain(
      'One warning, counts till 22 February 2027; a block may be proposed after the next breach.',
    )
    // The record: to copy, and to tick off.
    expect(read(shown)).toContain('Warned on Bluesky, account @walker')
    expect(read(shown)).toContain('Told in writing by email on 24 November 2026. Counts until 22 February 2027.')
    const action = (await now(found)).actions.find(({ kind }) => kind === 'warn')
    await post(`/action/${action?.id}/noted`)
    expect(read(await page(letter))).toContain('Noted today')
  })

  it('goes by private message only where nobody else reads it', async () => {
    const open = await warn(somebody())
    expect(read(await page(open.letter))).toContain('a letter is nobody else’s business')
    const { subject, text } = inForm(await page(open.letter))
    expect((await post(open.letter, { subject, text, does: 'platform' })).status).toBe(422)

    const secret = await warn(somebody({ item: { text: 'You worthless sack of shit', kind: 'message' }, findings: [] }))
    const draft = inForm(await page(secret.letter))
    const long = await post(secret.letter, { ...draft, text: `${draft.text}${'x'.repeat(2000)}`, does: 'platform' })
    expect(read(await long.text())).toContain('Bluesky takes 2000 characters in a message')
    const woken = stage.woken()
    await post(secret.letter, { ...draft, does: 'platform' })
    expect(stage.woken()).toBe(woken + 1)
    const [order, ...others] = await perform()
    expect(others).toEqual([])
    expect(order).toMatchObject({ action: 'warn', item: { kind: 'message' }, letter: { text: draft.text } })
    expect(order?.letter?.links.map(({ uri }) => uri)).toEqual([
      'tel:+441632960100',
      'mailto:jo.hartley.mp@parliament.example',
    ])
    expect(await states(secret.found)).toContain('warn done')
  })

  it('names the day it counts till as of the day it goes out', async () => {
    const { letter } = await warn()
    const { subject, text } = inForm(await page(letter))
    await pass(24 * 60)
    const refused = await post(letter, { subject, text, does: 'email' })
    expect(read(await refused.text())).toContain('It must name the day: 23 February 2027.')
    await post(letter, { does: 'anew' })
    const anew = inForm(await page(letter))
    expect(anew.text).toContain('counts until 23 February 2027')
    expect((await post(letter, { ...anew, does: 'email' })).status).toBe(303)
    await pass(-24 * 60)
  })

  it('is never sent to somebody at risk', async () => {
    const author = anAuthor({ displayName: 'Maureen', handle: '@maureen.w' })
    const { letter, found } = await warn(insult({ author }))
    await stage.put(atRisk({ author }))
    expect(read(await page(letter))).toContain('This person seemed to be at risk lately.')
    const draft = inForm(await page(letter))
    for (const does of ['email', 'post', 'platform'])
      expect((await post(letter, { ...draft, does })).status).toBeGreaterThanOrEqual(409)
    expect(await states(found)).toContain('warn unwritten')
  })

  it('shows a hostile name as text, and lets none of it into the letter’s own signs', async () => {
    const author = anAuthor({ displayName: HOSTILE, handle: '@"><img src=x onerror=alert(1)>' })
    const { letter, found } = await warn(insult({ author }))
    for (const path of [letter, '/letters', `/author/${idOf(found)}`, `/case/${found.id}`]) {
      const html = await page(path)
      expect([path, html.includes('<script>alert')]).toEqual([path, false])
      expect([path, html.includes('<img src=x')]).toEqual([path, false])
    }
    const { text, subject } = inForm(await page(letter))
    expect(text).toContain('Hello </textarea><script>alert(1)</script> (phone) (x),')
    expect((await post(letter, { text, subject, does: 'post' })).status).toBe(303)
    expect(await page(`${letter}/print`)).not.toContain('<script>alert')
  })

  it('is not offered for somebody whom the platform does not name', async () => {
    const found = await stage.put(somebody({ author: null }))
    expect(await page(`/case/${found.id}`)).not.toContain('value="warn"')
    const answer = await post(`/case/${found.id}/answer`, { answer: 'changed', action: 'warn', clause: 'abuse' })
    expect(answer.status).toBe(422)
  })
})

describe('a block', () => {
  it('waits on the list until its letter is sent or nobody knows where to', async () => {
    const { action, found } = await block()
    expect(read(await page('/letters'))).toContain(`The person blocked: Ros ${round}`)
    const letter = placeOf(await post(`/action/${action.id}/letter`))
    const { text } = inForm(await page(letter))
    expect(text).toContain('We will look at the block again on 23 May 2027 at the latest.')
    expect(text).toContain('you can ask us for help: 01632 960100')
    expect((await post(letter, { does: 'no-address', why: ' ' })).status).toBe(422)
    await post(letter, { does: 'no-address', why: 'Only the handle is known.' })
    expect(read(await page('/letters'))).not.toContain(`The person blocked: Ros ${round}`)
    expect(read(await page(`/case/${found.id}`))).toContain('Letter about a block')
    expect(read(await page('/letters/notes'))).toContain('Not told in writing: no address is known.')
  })

  it('is looked at again on its day: it stays till another, or is lifted, and the person is told', async () => {
    const one = await block()
    const two = await block()
    await stage.store.blocks.date(180)
    expect(read(await page('/letters/blocks'))).toContain('No block is due')
    const yesterday = new Date(NOON.getTime() - DAY)
    for (const { action } of [one, two]) await stage.store.blocks.keep(action.id, yesterday, 'Due.', tom.id, NOON)
    expect(read(await page('/letters/blocks'))).toContain('To be looked at again on')
    const until = new Date(stage.parts.now().getTime() + 90 * DAY).toISOString().slice(0, 10)
    for (const form of [
      { does: 'keep', why: '', until },
      { does: 'keep', why: 'It began again.', until: '2020-01-01' },
      { does: 'keep', why: 'It began again.', until: '2027-02-31' },
      { does: 'nonsense', why: 'x' },
    ])
      expect((await post(`/block/${one.action.id}`, form)).status).toBe(422)
    const kept = placeOf(
      await post(`/block/${one.action.id}`, { does: 'keep', why: 'It began again elsewhere.', until }),
    )
    expect(inForm(await page(kept)).text).toContain('It stays for now: It began again elsewhere.')
    const lifted = placeOf(await post(`/block/${two.action.id}`, { does: 'lift', why: 'A year is enough.' }))
    expect(inForm(await page(lifted)).text).toContain('have lifted it: A year is enough.')
    expect((await perform()).some(({ action, undo }) => action === 'block' && undo)).toBe(true)
    expect((await post(`/block/${two.action.id}`, { does: 'lift', why: 'Again.' })).status).toBe(409)
    const draft = inForm(await page(lifted))
    expect((await post(lifted, { ...draft, does: 'email' })).status).toBe(303)
  })

  it('is for good only when two people want it', async () => {
    const { action, found } = await block()
    await stage.store.blocks.date(180)
    const asked = await post(`/block/${action.id}`, { does: 'for-good', why: 'He has been to the house.' })
    expect(placeOf(asked)).toBe('/second')
    expect((await stage.store.blocks.find(action.id))?.forGood).toBe(false)
    const [wish] = (await stage.store.confirming.waiting(stage.parts.now())).filter(
      ({ subject }) => subject === idOf(found),
    )
    expect((await as(tom).post(`/second/${wish?.id}/agree`)).status).toBe(303)
    expect(await stage.store.blocks.find(action.id)).toMatchObject({ forGood: true, reviewAt: null })
    await stage.store.blocks.date(1)
    expect((await stage.store.blocks.find(action.id))?.reviewAt).toBeNull()
    expect(read(await page(`/author/${idOf(found)}`))).toContain('for good')
  })
})

describe('a person’s page', () => {
  it('keeps what they asked for; once agreed it changes the ladder, the letter and how that is set', async () => {
    const { found, letter } = await warn()
    const id = idOf(found)
    const [kind = ''] = stage.parts.policy.adjustments
    expect(placeOf(await post(`/author/${id}/adjustments`, { kind, detail: '', format: 'plain' }))).toBe(
      `/author/${id}`,
    )
    await post(`/author/${id}/adjustments`, { kind, detail: 'large print, 18 points', format: 'large-print' })
    const before = read(await page(`/author/${id}`))
    expect(before).toContain('large print, 18 points asked for')
    expect(before).toContain('No warning in force; one has to come before a block may be proposed')
    const [wish] = await stage.store.adjustments.ofPerson(id)
    await post(`/adjustment/${wish?.id}`, { does: 'agreed', why: 'The MP, on the phone.' })
    const after = read(await page(`/author/${id}`))
    expect(after).toContain('agreed by Priya Nair')
    expect(after).toContain('No warning in force; 2 have to come before a block may be proposed')
    await post(letter, { does: 'anew' })
    const anew = inForm(await page(letter))
    expect(anew.text).toContain('We keep to what we have agreed with you: large print, 18 points.')
    expect(anew.text).toContain('one more warning than usual would come before a block')
    expect(anew.text).toContain('we would warn you once more')
    expect(await page(`${letter}/print`)).toContain('class="sheet large"')
    const about = placeOf(await post(`/adjustment/${wish?.id}/letter`))
    expect(inForm(await page(about)).text).toContain('We have agreed to this: large print, 18 points')
    await post(`/adjustment/${wish?.id}`, { does: 'ended' })
    expect(read(await page(`/author/${id}`))).toContain(
      'No warning in force; one has to come before a block may be proposed',
    )
  })

  it('says who is there for them, keeps notes as text, and shows what they wrote page by page', async () => {
    const author = anAuthor({ displayName: 'Prolific', handle: '@prolific' })
    const found = await stage.put(insult({ author }))
    const id = idOf(found)
    for (let n = 0; n < 24; n++)
      await stage.put(
        insult({ author, item: { text: `Number ${n}.`, writtenAt: new Date(NOON.getTime() + n * 1000) } }),
      )
    await post(`/author/${id}/contact`, { person: tom.id })
    await post(`/author/${id}/notes`, { words: '<b>Hard of hearing</b>: write, don’t ring.' })
    const html = await page(`/author/${id}`)
    expect(read(html)).toContain('Tom Walsh, since')
    expect(html).toContain('&lt;b&gt;Hard of hearing&lt;/b&gt;')
    expect(html).toContain('Number 23.')
    expect(html).not.toContain('Number 3.')
    const [, next = ''] = /href="([^"]*before=[^"]*)"/.exec(html) ?? []
    const second = await page(next.replaceAll('&amp;', '&'))
    expect(second).toContain('Number 3.')
    expect(second).not.toContain('Number 23.')
    for (const before of ['nonsense', '99999999999999999.x', `1.${id}`])
      expect((await as(priya).get(`/author/${id}?before=${encodeURIComponent(before)}`)).status).toBe(200)
    const [note] = await stage.store.authorNotes.ofPerson(id)
    await post(`/author-note/${note?.id}/remove`)
    expect(await page(`/author/${id}`)).not.toContain('Hard of hearing')
  })
})

describe('a contest', () => {
  it('is written down, decided by a colleague who had no part in it, undone on the platform, and answered', async () => {
    const { found, action } = await block()
    const form = `/case/${found.id}/contest`
    expect(await page(`/case/${found.id}`)).toContain(`href="${form}"`)
    for (const [given, fault] of [
      [{ received: '2026-11-24', words: ' ' }, 'in a few words of yours'],
      [{ received: '2030-01-01', words: 'x' }, 'today or before'],
      [{ received: 'yesterday', words: 'x' }, 'today or before'],
    ] as const) {
      const refused = await post(form, given)
      expect(refused.status).toBe(422)
      expect(read(await refused.text())).toContain(fault)
    }
    const place = placeOf(await post(form, { received: '2026-11-20', words: 'They say it was a song.' }))
    expect((await post(form, { received: '2026-11-20', words: 'Twice.' })).status).toBe(409)
    const mine = read(await page(place))
    expect(mine).toContain('An answer is due18 December 2026')
    expect(mine).toContain('Somebody else decides this.')
    expect((await post(`${place}/decide`, { outcome: 'overturned', why: 'Mine was wrong.' })).status).toBe(409)
    expect(read(await page('/letters/contests'))).toContain(`Ros ${round} @walker${round} contests a decision`)

    const theirs = as(tom)
    expect((await theirs.post(`${place}/decide`, { outcome: 'overturned', why: '' })).status).toBe(422)
    await theirs.post(`${place}/decide`, { outcome: 'overturned', why: 'It was a line of a song.' })
    const undone = await perform()
    expect(undone.map(({ action: kind, undo }) => [kind, undo])).toContainEqual(['block', true])
    expect(await stage.store.blocks.find(action.id)).toBeNull()
    expect(read(await page(`/author/${idOf(found)}`))).toContain('No breach that staff agreed to')
    const letter = placeOf(await theirs.post(`${place}/letter`))
    const { text, subject } = inForm(await page(letter))
    expect(subject).toBe('Your objection: you were right')
    expect(text).toContain('we have taken the decision back: It was a line of a song.')
    expect((await post(letter, { subject, text, does: 'email' })).status).toBe(303)
    // The log says it in words, without theirs.
    const log = read(await page('/log'))
    expect(log).toContain('What was contested was decided')
    expect(log).not.toContain('a song')
  })

  it('is left to a senior, and none of all this to who is not there for answering', async () => {
    const { found } = await block()
    const reviewer = await joinAs('Rey Viewer', 'reviewer')
    const keeper = await joinAs('Dee Lead', 'data-lead')
    const place = placeOf(
      await as(reviewer).post(`/case/${found.id}/contest`, { received: '2026-11-20', words: 'No.' }),
    )
    expect(read(await as(reviewer).page(place))).toContain('A senior colleague decides this.')
    expect((await as(reviewer).post(`${place}/decide`, { outcome: 'upheld', why: 'x' })).status).toBe(403)
    for (const path of ['/letters', '/letters/contests', place])
      expect([path, (await as(keeper).get(path)).status]).toEqual([path, 403])
    for (const path of [`/author/${idOf(found)}/notes`, `/case/${found.id}/contest`])
      expect([path, (await as(keeper).post(path, { words: 'x' })).status]).toEqual([path, 403])
  })
})

describe.skipIf(!hasBrowser)('in a browser', () => {
  let browser: Browser
  let visit: Awaited<ReturnType<typeof visiting>>

  beforeAll(async () => {
    browser = await launchChromium()
    visit = await visiting(stage.app, browser)
  })
  afterAll(async () => {
    expect(visit.complaints).toEqual([])
    visit.close()
    await browser.close()
  })

  it('has no fault on any of its pages, light and dark, narrow and wide', { timeout: 240_000 }, async () => {
    const warned = await warn()
    const id = idOf(warned.found)
    await post(`/author/${id}/adjustments`, { kind: 'x', detail: 'large print', format: 'large-print' })
    await post(`/author/${id}/notes`, { words: 'Hard of hearing.' })
    const sent = await warn(insult({ author: anAuthor({ displayName: 'Zainab O’Neill-Featherstonehaugh' }) }))
    const draft = inForm(await page(sent.letter))
    await post(sent.letter, { ...draft, does: 'email' })
    const { found, action } = await block()
    const contest = placeOf(await post(`/case/${found.id}/contest`, { received: '2026-11-20', words: 'A song.' }))
    const faults: string[] = []
    // Each colour scheme and each width once: no colour depends on the width.
    for (const look of process.env['SHOTS'] === undefined ? LOOKS.slice(1, 3) : LOOKS) {
      const tab = await visit.open(tom.cookie, {
        bypassCSP: true,
        colorScheme: look.colorScheme,
        viewport: { width: look.width, height: 900 },
      })
      for (const [name, path] of [
        ['letters', '/letters'],
        ['letters-notes', '/letters/notes'],
        ['letters-contests', '/letters/contests'],
        ['letter', warned.letter],
        ['letter-sent', sent.letter],
        ['letter-print', `${sent.letter}/print`],
        ['person-page', `/author/${id}`],
        ['contest-new', `/case/${found.id}/contest`],
        ['contest', contest],
        ['block-again', `/block/${action.id}`],
        ['case-with-letters', `/case/${found.id}`],
      ] as const) {
        await tab.goto(visit.base + path)
        faults.push(...(await faultsOf(tab, name, look)))
        if (look.width === 320) faults.push(...(await tooSmall(tab, name)))
      }
      await tab.context().close()
    }
    expect(faults).toEqual([])
  })

  it('prints the letter alone, with the office’s head', { timeout: 60_000 }, async () => {
    const { letter } = await warn()
    const tab = await visit.open(tom.cookie)
    await tab.goto(`${visit.base}${letter}/print`)
    await tab.emulateMedia({ media: 'print' })
    const shown: string = await tab.evaluate('document.body.innerText')
    expect(shown.trim()).toMatch(/^Jo Hartley\s+Member of Parliament for Ambleford South/)
    for (const words of ['Sign out', 'Back to the letter', 'Print this page', 'Take a break', 'Serjeant'])
      expect(shown).not.toContain(words)
    await tab.context().close()
  })
})
