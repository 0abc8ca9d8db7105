import { describe, expect, it } from 'vitest'
import { fillRedirect, POLICIES, type Policy } from '../../moderation/policy.ts'
import { ALONE_STOPPED, amended, dayIn, rulesInForce } from '../../src/rules.ts'
import type { Settings } from '../../src/store/index.ts'
import { ASSUMED } from '../../src/store/settings.ts'
import { NOON, OFFICE } from '../builders.ts'

const standard = POLICIES['standard'] as Policy
const office = { ...OFFICE, timezone: 'Europe/London' }
const CONFIGURED = {
  office,
  policy: standard,
  redirect: fillRedirect(standard, office),
  alonePerHour: 60,
  redirectsPerHour: 20,
}
const ANSWER = 'From {office}: ring {phone} or write to {email}.'

const inForce = (chosen: Partial<Settings>, now = NOON) =>
  rulesInForce(
    CONFIGURED,
    () => ({ ...ASSUMED, ...chosen }),
    () => now,
  )()

const abuse = (policy: Policy) => {
  const clause = policy.clauses.find(({ id }) => id === 'abuse')
  if (!clause) throw new Error('no such clause')
  return clause
}

describe('what staff chose', () => {
  it('leaves everything as it is configured, where it is nothing', () => {
    expect(inForce({})).toEqual({
      policy: standard,
      redirect: CONFIGURED.redirect,
      answers: true,
      alonePerHour: 60,
      redirectsPerHour: 20,
      hold: null,
    })
    expect(inForce({}).policy).toBe(standard)
  })

  it('is the same policy for as long as nothing changes, and another when something does', () => {
    const thresholds = { abuse: { ...abuse(standard).thresholds, review: 0.31 } }
    let chosen: Settings = { ...ASSUMED, thresholds }
    const rules = rulesInForce(
      CONFIGURED,
      () => chosen,
      () => NOON,
    )
    const { policy } = rules()
    expect(policy.version).toMatch(/^.+\+[0-9a-f]{8}$/)
    expect(rules().policy).toBe(policy)
    chosen = { ...ASSUMED, thresholds: { abuse: { ...abuse(standard).thresholds, review: 0.32 } } }
    expect(rules().policy.version).not.toBe(policy.version)
    chosen = ASSUMED
    expect(rules().policy).toBe(standard)
  })

  it('answers in the office’s own words, as often as it says', () => {
    const { redirect, policy } = inForce({ redirect: { text: ANSWER, everyDays: 7 } })
    expect(redirect.text).toBe(
      `From ${office.mp.name}'s office: ring ${office.public.phone} or write to ${office.public.email}.`,
    )
    expect(policy.redirect.everyDays).toBe(7)
  })

  it('falls back to the configured answer where the chosen one grew too long to send', () => {
    const text = `${ANSWER}${' and'.repeat(60)}`
    expect(inForce({ redirect: { text, everyDays: 7 } }).redirect).toEqual(CONFIGURED.redirect)
  })
})

describe('thresholds', () => {
  const { thresholds } = abuse(standard)

  it('let the tool act alone from no lower a score than was measured, and nowhere it did not before', () => {
    if (thresholds.alone === null) throw new Error('abuse acts alone in the standard policy')
    const lower = amended(standard, { thresholds: { abuse: { ...thresholds, alone: 0.5, propose: 0.4 } } })
    expect(abuse(lower).thresholds.alone).toBe(thresholds.alone)
    const higher = amended(standard, { thresholds: { abuse: { ...thresholds, alone: 0.999 } } })
    expect(abuse(higher).thresholds.alone).toBe(0.999)
    const never = amended(standard, { thresholds: { abuse: { ...thresholds, alone: null } } })
    expect([abuse(never).thresholds.alone, abuse(never).alone]).toEqual([null, []])
    const clause = standard.clauses.find((one) => one.thresholds.alone === null)
    if (!clause) throw new Error('no clause that never acts alone')
    const wanted = { [clause.id]: { ...clause.thresholds, alone: 0.99 } }
    expect(amended(standard, { thresholds: wanted })).toBe(standard)
  })

  it('are passed over where the policy has no such clause', () => {
    expect(amended(standard, { thresholds: { gone: thresholds } })).toBe(standard)
  })
})

describe('a stop', () => {
  const stop = { since: NOON.toISOString(), by: '00000000-0000-7000-8000-000000000001', why: 'It hid a question' }
  const after = (ms: number) => new Date(NOON.getTime() + ms)

  it('by one person holds for a day, and by two until it is ended', () => {
    const alone = { stop: { ...stop, confirmedBy: null } }
    expect(inForce(alone).hold).toMatchObject({ is: 'stopped', why: stop.why, till: after(ALONE_STOPPED) })
    expect(inForce(alone, after(ALONE_STOPPED - 1)).hold?.is).toBe('stopped')
    expect(inForce(alone, after(ALONE_STOPPED)).hold).toBeNull()
    const both = { stop: { ...stop, confirmedBy: '00000000-0000-7000-8000-000000000002' } }
    expect(inForce(both, after(100 * ALONE_STOPPED)).hold).toMatchObject({ is: 'stopped', till: null })
  })
})

describe('an election', () => {
  const election = { from: '2026-11-24', till: '2026-12-17' }

  it('holds the tool back on both its days and all between, as the office counts days', () => {
    for (const [at, held] of [
      ['2026-11-23T23:59:59Z', false],
      ['2026-11-24T00:00:00Z', true],
      ['2026-12-17T23:59:59Z', true],
      ['2026-12-18T00:00:00Z', false],
    ] as const)
      expect([at, inForce({ election }, new Date(at)).hold?.is === 'election']).toEqual([at, held])
    expect(dayIn('Europe/London', new Date('2026-06-30T23:30:00Z'))).toBe('2026-07-01')
  })

  it('answers only with words made for it', () => {
    expect(inForce({ election, redirect: { text: `${ANSWER} MP`, everyDays: 7 } }).answers).toBe(false)
    const own = inForce({ election: { ...election, redirect: `${ANSWER} Promoted by J. Agent.` } })
    expect(own.answers).toBe(true)
    expect(own.redirect.text).toContain('Promoted by J. Agent.')
  })
})
