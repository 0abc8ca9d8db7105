import { moneyWords, type Spent, type Standing } from '../../store/index.ts'
import { Day } from './clock.tsx'

export interface Bill extends Standing {
  /** What it went on, dearest first. */
  spentToday: Spent[]
  spentThisMonth: Spent[]
}

/** What an account has cost, of what the office lets it cost: figures in words first, since a bar says little. */
export const Spending = ({ bill }: { bill: Bill }) => {
  const { currency, today, day, thisMonth, month, pricesOf, spentThisMonth } = bill
  const money = (micros: number): string => moneyWords(micros, currency)
  return (
    <>
      <h3>What it costs</h3>
      <p>
        <strong>{money(today)}</strong> of {money(day)} today, <strong>{money(thisMonth)}</strong> of {money(month)}{' '}
        this month.
      </p>
      <div class="bars">
        <Bar label="Today" spent={today} most={day} />
        <Bar label="This month" spent={thisMonth} most={month} />
      </div>
      {spentThisMonth.length === 0 ? null : <Items bill={bill} />}
      <p class="faint">
        Reckoned by the platform’s price list of <Day at={new Date(pricesOf)} />; days and months are of UTC. What it
        charges in the end stands on its bill.
      </p>
    </>
  )
}

/** Of one colour: the figure beside it says how full it is. */
const Bar = ({ label, spent, most }: { label: string; spent: number; most: number }) => {
  const percent = most === 0 ? 100 : Math.min(100, Math.round((100 * spent) / most))
  return (
    <p class="bar">
      <span>{label}</span>
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width={percent} height={1} />
      </svg>
      <span>{percent} %</span>
    </p>
  )
}

const Items = ({ bill: { currency, spentToday, spentThisMonth } }: { bill: Bill }) => (
  <table>
    <caption>What it went on</caption>
    <thead>
      <tr>
        <th scope="col">On the price list</th>
        <th scope="col">Today</th>
        <th scope="col">This month</th>
      </tr>
    </thead>
    <tbody>
      {spentThisMonth.map(({ what, units, micros }) => {
        const sinceMidnight = spentToday.find((one) => one.what === what)
        return (
          <tr>
            <th scope="row">
              {what} <small>{units.toLocaleString('en-GB')} this month</small>
            </th>
            <td>{moneyWords(sinceMidnight?.micros ?? 0, currency)}</td>
            <td>{moneyWords(micros, currency)}</td>
          </tr>
        )
      })}
    </tbody>
  </table>
)
