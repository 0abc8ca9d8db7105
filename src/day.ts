/** Made once for each timezone: to make one takes longer than all that is done with it. */
const known = new Map<string, Intl.DateTimeFormat>()

/** The calendar day it is in the office, as the midnight in UTC that a date column holds. */
export function dayIn(timeZone: string, at: Date): Date {
  const format = known.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short' })
  known.set(timeZone, format)
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  return new Date(Date.UTC(parts.get('year') ?? 0, (parts.get('month') ?? 1) - 1, parts.get('day') ?? 1))
}
