import { createContext, useContext } from 'hono/jsx'

/** The office's own time, for every <When> below it. */
export const Clock = createContext({ now: new Date(0), timezone: 'Europe/London' })

const DAY = 86_400_000

/** "today, 12:04", "yesterday, 09:10", "3 November, 14:00"; the year only where it is another. */
function spoken(at: Date, now: Date, timeZone: string): string {
  const day = (date: Date): string =>
    date.toLocaleDateString('en-GB', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' })
  const time = at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })
  if (day(at) === day(now)) return `today, ${time}`
  if (day(at) === day(new Date(now.getTime() - DAY))) return `yesterday, ${time}`
  const sameYear = day(at).slice(-4) === day(now).slice(-4)
  const date = at.toLocaleDateString('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
  return `${date}, ${time}`
}

export const When = ({ at }: { at: Date }) => {
  const { now, timezone } = useContext(Clock)
  return <time datetime={at.toISOString()}>{spoken(at, now, timezone)}</time>
}
