import { overdueWords } from '../../overdue.ts'
import type { Overdue, Settings } from '../../store/index.ts'

/** For those who report to the police: what they have not done yet, on every page until it is. */
export const OverdueAtTop = ({ overdue, days }: { overdue: Overdue; days: Settings['policeReminders'] }) => {
  const words = overdueWords(overdue, days)
  if (words.length === 0) return null
  const waits = overdue.waiting > 0
  return (
    <p class="notice bad">
      {words.join(' ')}{' '}
      <a href={waits ? '/?lane=police' : '/police'}>{waits ? 'Open the cases' : 'Open the reports'}</a>
    </p>
  )
}
