/** Times as a form gives them: what a clock shows where the office is. */

const NUMBERS = ['year', 'month', 'day', 'hour', 'minute'] as const

function clockAt(at: Date, timeZone: string): Record<(typeof NUMBERS)[number], string> {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', ...options }).formatToParts(at)
  const of = (name: string): string => parts.find(({ type }) => type === name)?.value ?? ''
  return { year: of('year'), month: of('month'), day: of('day'), hour: of('hour'), minute: of('minute') }
}

/** "2026-11-24T12:00", for an input of type datetime-local. */
export function localOf(at: Date, timezone: string): string {
  const { year, month, day, hour, minute } = clockAt(at, timezone)
  return `${year}-${month}-${day}T${hour}:${minute}`
}

/** When the clock showed that; null where it is no time. Of an hour that comes twice in autumn, either one. */
export function instantOf(local: string, timezone: string): Date | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local)) return null
  const asUtc = Date.parse(`${local}:00Z`)
  if (Number.isNaN(asUtc)) return null
  const offset = (at: number): number => Date.parse(`${localOf(new Date(at), timezone)}:00Z`) - at
  const first = asUtc - offset(asUtc)
  return new Date(asUtc - offset(first))
}
