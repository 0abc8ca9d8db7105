/** When something was, twice over: as machines compare it, and as somebody in this country read it off a clock. */
export interface Moment {
  utc: string
  london: string
}

const LONDON = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})

export const moment = (at: Date): Moment => ({ utc: at.toISOString(), london: LONDON.format(at) })
