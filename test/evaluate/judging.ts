import { Writable } from 'node:stream'
import type { OfficeFacts } from '../../moderation/model.ts'
import type { Policy } from '../../moderation/policy.ts'
import { type Judged, type JudgeParts, judgeLines } from '../../src/commands/judge.ts'
import { ConfigError } from '../../src/config.ts'
import type { Row } from './labels.ts'

export interface Setting {
  policy: Policy
  office: OfficeFacts
  /** Told how far it is, if it is a terminal. */
  error: JudgeParts['error']
}

/**
 * Judge rows by the very code of `serjeant judge`, and hand on each label with its answer, in order. Memory stays the same
 * however many there are.
 * @throws ConfigError where a row can't be judged
 */
export async function judgeRows<T>(
  rows: Iterable<Row<T>> | AsyncIterable<Row<T>>,
  { policy, office, error }: Setting,
  each: (label: T, answer: Judged) => void,
): Promise<void> {
  const asked: T[] = []
  const input = (async function* () {
    for await (const { label, line } of rows) {
      asked.push(label)
      yield `${line}\n`
    }
  })()
  const output = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      const answer = JSON.parse(line) as Judged | { id: string | null; error: string }
      const [label] = asked.splice(0, 1)
      if ('error' in answer) return done(new ConfigError(`Case ${answer.id}: ${answer.error}`))
      each(label as T, answer)
      done()
    },
  })
  await judgeLines({ policy, office, input, output, error })
}
