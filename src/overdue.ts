import type { Overdue, Settings } from './store/index.ts'

/** What is overdue with the police, in sentences that tell nothing of anybody. Empty where nothing is. */
export function overdueWords(
  { waiting, unreferenced, silent }: Overdue,
  { days, outcomeDays }: Settings['policeReminders'],
): string[] {
  const than = (n: number): string => (n === 1 ? 'a day' : `${n} days`)
  const one = (n: number, single: string, many: string): string[] =>
    n === 0 ? [] : [n === 1 ? single : `${n} ${many}`]
  return [
    ...one(
      waiting,
      `A case for the police has waited for more than ${than(days)}.`,
      `cases for the police have waited for more than ${than(days)}.`,
    ),
    ...one(
      unreferenced,
      `A report to the police has had no reference for more than ${than(days)}.`,
      `reports to the police have had no reference for more than ${than(days)}.`,
    ),
    ...one(
      silent,
      `Nobody has heard from the police about a report for more than ${than(outcomeDays)}.`,
      `reports to the police were not heard of for more than ${than(outcomeDays)}.`,
    ),
  ]
}
