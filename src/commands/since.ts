import { ConfigError } from '../config.ts'

const HOUR = 3_600_000
const UNITS: Readonly<Record<string, number>> = { h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR }

/**
 * `30d`, `12h`, `2w` back from now, or a day such as `2026-11-01`, which begins when it does in the office's time zone.
 * @throws ConfigError that says what can be written
 */
export function readSince(text: string, now: Date, timezone: string): Date {
  const since = ago(text, now) ?? dayIn(text, timezone)
  if (since === null) {
    throw new ConfigError(`--since can't be "${text}". Write how long ago, as 30d, 12h or 2w, or a day, as 2026-11-01.`)
  }
  if (since >= now) throw new ConfigError(`--since is ${text}, and that is not past yet.`)
  return since
}

function ago(text: string, now: Date): Date | null {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? []
  const ms = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN)
  return ms > 0 ? new Date(now.getTime() - ms) : null
}

function dayIn(text: string, timezone: string): Date | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null
  const midnight = new Date(`${text}T00:00:00Z`)
  // JavaScript takes 31 February for 3 March.
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== text) return null
  const guess = new Date(midnight.getTime() - offsetAt(midnight, timezone))
  return new Date(midnight.getTime() - offsetAt(guess, timezone))
}

/** How far the clocks there are ahead of UTC, in milliseconds. */
function offsetAt(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - at.getTime()
}
