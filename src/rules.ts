import { createHash } from 'node:crypto'
import type { Letter } from '../adapters/platform.ts'
import type { OfficeFacts } from '../moderation/model.ts'
import { fillRedirect, type Policy, PolicyError } from '../moderation/policy.ts'
import type { Settings } from './store/index.ts'

/** What holds at this moment: what the configuration says, as far as staff have not chosen otherwise since. */
export interface InForce {
  policy: Policy
  /** The standard answer, filled in. */
  redirect: Letter
  /** May the tool send it? */
  answers: boolean
  /** What the tool may do by itself on one account in an hour. */
  alonePerHour: number
  redirectsPerHour: number
  /** Why the tool does nothing by itself, whatever an account's mode; null where it may. */
  hold: Hold | null
}

export type Hold =
  /** Nothing at all leaves for the platforms, but what takes something back. */
  | { is: 'stopped'; by: string; since: Date; why: string; till: Date | null }
  /** There are no MPs between dissolution and the declaration: the tool only proposes. Both days included. */
  | { is: 'election'; from: string; till: string }

/** What the configuration says of it. */
export interface Configured {
  office: OfficeFacts & { timezone: string }
  policy: Policy
  redirect: Letter
  alonePerHour: number
  redirectsPerHour: number
}

/** One person may stop everything at once, and it is for two to keep it stopped. Milliseconds. */
export const ALONE_STOPPED = 24 * 3_600_000

/**
 * The rules in force, asked for anew by whoever is about to use them. The policy is the same object for as long as nothing
 * changes, since detectors and pages are made ready for it.
 */
export function rulesInForce(configured: Configured, settings: () => Settings, now: () => Date): () => InForce {
  let last: { from: Settings; isElection: boolean; rules: Omit<InForce, 'hold'> } | null = null
  return () => {
    const chosen = settings()
    const election = electionAt(chosen, configured.office.timezone, now())
    const isElection = election !== null
    if (last?.from !== chosen || last.isElection !== isElection)
      last = { from: chosen, isElection, rules: chosenRules(configured, chosen, isElection) }
    return { ...last.rules, hold: standingStop(chosen, now()) ?? election }
  }
}

function chosenRules(configured: Configured, chosen: Settings, isElection: boolean): Omit<InForce, 'hold'> {
  const { limits, election } = chosen
  const words = isElection ? election?.redirect : chosen.redirect?.text
  const policy = amended(configured.policy, {
    thresholds: chosen.thresholds,
    redirect: { ...chosen.redirect, text: words },
  })
  return {
    policy,
    redirect: filled(policy, configured),
    answers: !isElection || words !== undefined,
    alonePerHour: limits?.alonePerHour ?? configured.alonePerHour,
    redirectsPerHour: limits?.redirectsPerHour ?? configured.redirectsPerHour,
  }
}

/** Checked when it was chosen; but the office may have a longer telephone number since, and then its old words do. */
function filled(policy: Policy, { policy: unchanged, office, redirect }: Configured): Letter {
  if (policy === unchanged) return redirect
  try {
    return fillRedirect(policy, office)
  } catch (error) {
    if (error instanceof PolicyError) return redirect
    throw error
  }
}

interface Amendments {
  thresholds: Settings['thresholds']
  redirect?: { text?: string | undefined; everyDays?: number | undefined }
}

/**
 * A policy with what staff chose in it. Its version then ends in a mark of what was chosen, so that decisions made under it
 * can be told from others. A clause acts alone only where the shipped policy lets it, from no lower a score: that one was
 * measured.
 */
export function amended(policy: Policy, { thresholds, redirect = {} }: Amendments): Policy {
  const clauses = policy.clauses.map((clause) => {
    const wanted = thresholds[clause.id]
    if (wanted === undefined) return clause
    const measured = clause.thresholds.alone
    const alone = measured === null || wanted.alone === null ? null : Math.max(measured, wanted.alone)
    const propose = Math.min(wanted.propose, alone ?? 1)
    const chosen = { review: Math.min(wanted.review, propose), propose, alone }
    return { ...clause, thresholds: chosen, alone: alone === null ? [] : clause.alone }
  })
  const { text = policy.redirect.text, everyDays = policy.redirect.everyDays } = redirect
  const chosen = { ...policy, clauses, redirect: { text, everyDays } }
  const [before, after] = [policy, chosen].map((one) => JSON.stringify([one.clauses, one.redirect]))
  if (before === after) return policy
  const mark = createHash('sha256')
    .update(after ?? '')
    .digest('hex')
  return { ...chosen, version: `${policy.version}+${mark.slice(0, 8)}` }
}

/** The stop that holds now: one that nobody confirmed ends after a day. */
export function standingStop({ stop }: Settings, now: Date): Extract<Hold, { is: 'stopped' }> | null {
  if (stop === undefined) return null
  const since = new Date(stop.since)
  const till = stop.confirmedBy === null ? new Date(since.getTime() + ALONE_STOPPED) : null
  if (till !== null && till <= now) return null
  return { is: 'stopped', by: stop.by, since, why: stop.why, till }
}

function electionAt({ election }: Settings, timezone: string, now: Date): Hold | null {
  if (election === undefined) return null
  const today = dayIn(timezone, now)
  const { from, till } = election
  return from <= today && today <= till ? { is: 'election', from, till } : null
}

/** The day it is there, as 2026-05-01: days are compared as they are read, so that no clock change can move one. */
export const dayIn = (timezone: string, at: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(at)
