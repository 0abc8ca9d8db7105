import type { Care, Lane, Settings } from '../../store/index.ts'
import { Out } from './said.tsx'
import { counted, laneWords } from './words.ts'

/** How staff are spared: when it is enough for a day, what is said then, and whom they can turn to. */

/** So many hard things a day are enough: what the office says, or fewer if they chose so. */
export const enoughFor = ({ enough }: Pick<Care, 'enough'>, office: Pick<Settings, 'enough'>): number =>
  Math.min(enough ?? office.enough, office.enough)

/** Was it enough, and have they not said that they go on? */
export const needsBreak = (care: Care, enough: number): boolean => care.met >= (care.onTill ?? enough)

/** Whoever goes on is asked again after half as many more. */
export const nextBreak = (care: Pick<Care, 'met'>, enough: number): number => care.met + Math.ceil(enough / 2)

type Contacts = Settings['support']

/** Until an office says whom its staff can turn to: every Member's staff have this. */
const ASSUMED = 'Members’ staff can call the Employee Assistance Programme at any hour.'

export const Support = ({ contacts }: { contacts: Contacts }) =>
  contacts.length === 0 ? (
    <p>{ASSUMED}</p>
  ) : (
    <ul class="support">
      {contacts.map(({ name, phone, url, note }) => (
        <li>
          <strong>{name}</strong>
          {phone === undefined ? null : (
            <>
              {' '}
              <a href={`tel:${phone.replaceAll(/[^\d+]/g, '')}`}>{phone}</a>
            </>
          )}
          {url === undefined ? null : (
            <>
              {' '}
              <Out href={url}>{new URL(url).host}</Out>
            </>
          )}
          {note === undefined ? null : <> {note}</>}
        </li>
      ))}
    </ul>
  )

const HardThings = ({ met }: { met: number }) => <>You have read {counted(met, 'hard thing')} today.</>

/** After it was enough, wherever they are: no more than a word. */
export const Enough = ({ met }: { met: number }) => (
  <p class="notice">
    <HardThings met={met} /> <a href="/break">Take a break, or pass on what is left</a>
  </p>
)

interface BreakProps {
  met: number
  /** What waits where somebody may be in danger: never kept from anybody. */
  waiting: Record<Lane, number>
  /** Has anybody else access here? */
  others: boolean
  contacts: Contacts
  /** Where they wanted to go. */
  to: string
}

/** Stands in the place of a page that can wait. It asks, and locks nobody out. */
export const Break = ({ met, waiting, others, contacts, to }: BreakProps) => {
  const urgent = (['risk', 'police'] as const).filter((lane) => waiting[lane] > 0)
  return (
    <section class="break">
      <h1>Time for a break?</h1>
      <p>
        <HardThings met={met} /> That weighs on anybody. What is left can wait: stand up, get some air, talk to
        somebody.
      </p>
      {urgent.length === 0 ? null : (
        <p>
          What can’t wait stays open to you:{' '}
          {urgent.map((lane, n) => (
            <>
              {n === 0 ? null : ', '}
              <a href={`/?lane=${lane}`}>
                {laneWords(lane).name} ({waiting[lane]})
              </a>
            </>
          ))}
          .
        </p>
      )}
      <div class="buttons">
        <form method="post" action="/break/pass-on">
          <button class="main">{others ? 'Pass on to somebody else' : 'Stop for now'}</button>
        </form>
        <form method="post" action="/break/go-on">
          <input type="hidden" name="to" value={to} />
          <button>Carry on</button>
        </form>
      </div>
      <Support contacts={contacts} />
      <p class="faint">Only you see this. Nobody is told of it, and it is not in the log.</p>
    </section>
  )
}
