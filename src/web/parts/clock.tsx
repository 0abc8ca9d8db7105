import { createContext, useContext } from 'hono/jsx'

/** The office's own time, for every <When> below it. */
export const Clock = createContext({ now: new Date(0), timezone: 'Europe/London' })

const DAY = 86_400_000

/** Made once for each timezone: to make one costs more than all else on a card of the queue. */
const known = new Map<string, ReturnType<typeof formats>>()

function formats(timeZone: string) {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const writer = new Intl.DateTimeFormat('en-GB', { timeZone, ...options })
    return (at: Date): string => writer.format(at)
  }
  return {
    numbers: format({ year: 'numeric', month: 'numeric', day: 'numeric' }),
    time: format({ hour: '2-digit', minute: '2-digit' }),
    date: format({ day: 'numeric', month: 'long' }),
    dateAndYear: format({ day: 'numeric', month: 'long', year: 'numeric' }),
  }
}

function formatsOf(timezone: string) {
  const made = known.get(timezone) ?? formats(timezone)
  known.set(timezone, made)
  return made
}

/** "today, 12:04", "yesterday, 09:10", "3 November, 14:00"; the year only where it is another. */
function spoken(at: Date, now: Date, timezone: string): string {
  const { numbers, time, date, dateAndYear } = formatsOf(timezone)
  if (numbers(at) === numbers(now)) return `today, ${time(at)}`
  if (numbers(at) === numbers(new Date(now.getTime() - DAY))) return `yesterday, ${time(at)}`
  const sameYear = numbers(at).slice(-4) === numbers(now).slice(-4)
  return `${sameYear ? date(at) : dateAndYear(at)}, ${time(at)}`
}

export const When = ({ at }: { at: Date }) => {
  const { now, timezone } = useContext(Clock)
  return <time datetime={at.toISOString()}>{spoken(at, now, timezone)}</time>
}

/** "3 November 2019": where the time of day says nothing. */
export const Day = ({ at }: { at: Date }) => {
  const { timezone } = useContext(Clock)
  return <time datetime={at.toISOString()}>{formatsOf(timezone).dateAndYear(at)}</time>
}
