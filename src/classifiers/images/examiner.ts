import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** What a picture is, once it was opened safely. */
export type Looked =
  | { is: 'seen'; frames: Frame[] }
  | { is: 'refused'; why: 'too-large' | 'too-slow' | 'unreadable' | 'unknown-kind' }
  /** The program that looks died over it, or could not be started. */
  | { is: 'failed' }

export interface Frame {
  /** 9 by 8 and 17 by 16 grey levels, for hash.ts. */
  coarse: Uint8Array
  fine: Uint8Array
  /** How much of the picture is of one shade, 0 to 1. */
  ground: number
  /** How much of it is edges, 0 to 1. */
  edges: number
  /** The classifier's probability of each of its classes; null where it is not installed. */
  classes: Partial<Record<'Drawing' | 'Hentai' | 'Neutral' | 'Porn' | 'Sexy', number>> | null
}

/** Which of the optional parts are installed. */
export interface Means {
  pictures: boolean
  nudity: boolean
}

export interface Examiner {
  /** Starts the program that looks, if it does not run. */
  means(): Promise<Means>
  /** Never rejects. One picture at a time; the others wait. Only a stranger's post is searched for nudity. */
  look(bytes: Uint8Array, what?: 'all' | 'fingerprint'): Promise<Looked>
  close(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('./decoder.mjs', import.meta.url))
/** For one picture, the classifier's start included. Milliseconds. */
const PATIENCE = 30_000
/** So long without a picture, and the program ends and gives its memory back. Milliseconds. */
const IDLE = 10 * 60_000
/** Of JavaScript alone, in MB: the model's text, mostly. */
const HEAP = 256

const Ready = z.object({ is: z.literal('ready'), pictures: z.boolean(), nudity: z.boolean() })
const bytesOf = (n: number) => z.instanceof(Uint8Array).refine(({ length }) => length === n)
const Seen = z.object({
  coarse: bytesOf(72),
  fine: bytesOf(272),
  ground: z.number().min(0).max(1),
  edges: z.number().min(0).max(1),
  classes: z.record(z.string(), z.number()).nullable(),
})
const Answer = z.discriminatedUnion('is', [
  z.object({
    id: z.number(),
    is: z.literal('seen'),
    frames: z.array(Seen).min(1),
  }),
  z.object({ id: z.number(), is: z.literal('refused'), why: z.enum(['too-large', 'unreadable', 'unknown-kind']) }),
])

/**
 * Strangers' pictures are opened by a program of its own, whose environment is empty: it can leak no secret, block no
 * thread of ours, and take nothing down with it. It starts with the first picture and ends when none comes for a while.
 */
export function createExaminer({ patience = PATIENCE, idle = IDLE, program = PROGRAM } = {}): Examiner {
  let running: { child: ChildProcess; means: Promise<Means> } | null = null
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  let asked = 0

  const start = (): { child: ChildProcess; means: Promise<Means> } => {
    const child = fork(program, {
      env: { IDLE_MS: String(idle), MALLOC_ARENA_MAX: '2' },
      execArgv: [`--max-old-space-size=${HEAP}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    // A program that can't be started says so, and never that it ended: the next picture tries again.
    const forget = (): void => {
      if (running?.child === child) running = null
    }
    child.on('error', forget)
    child.once('exit', forget)
    // Looking at pictures waits for everything else.
    if (child.pid !== undefined) lowly(child.pid)
    const means = message(child, patience, (said) => Ready.parse(said)).then(({ pictures, nudity }) => ({
      pictures,
      nudity,
    }))
    means.catch(() => child.kill('SIGKILL'))
    running = { child, means }
    return running
  }

  const means = async (): Promise<Means> => {
    if (closed) throw new Error('The examiner is closed.')
    return (running ?? start()).means
  }

  const look = async (bytes: Uint8Array, nudity: boolean): Promise<Looked> => {
    try {
      if (!(await means()).pictures) return { is: 'failed' }
    } catch {
      return { is: 'failed' }
    }
    const child = running?.child
    if (!child?.connected) return { is: 'failed' }
    const id = ++asked
    child.send({ id, bytes, nudity }, () => {})
    try {
      const answer = await message(child, patience, (said) => Answer.parse(said))
      if (answer.id !== id) throw new Error('It answers out of turn.')
      return answer.is === 'seen' ? { is: 'seen', frames: answer.frames } : { is: 'refused', why: answer.why }
    } catch (error) {
      child.kill('SIGKILL')
      if (running?.child === child) running = null
      return error instanceof TooSlow ? { is: 'refused', why: 'too-slow' } : { is: 'failed' }
    }
  }

  return {
    means,
    look: (bytes, what = 'all') => {
      const turn = last.then(() => look(bytes, what === 'all'))
      last = turn
      return turn
    },
    close: async () => {
      closed = true
      const child = running?.child
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

class TooSlow extends Error {}

/** The next thing it says. Rejects if it dies first, says nothing in time, or something else than was asked. */
function message<T>(child: ChildProcess, ms: number, read: (said: unknown) => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(() => reject(new TooSlow('It took too long.'))), ms)
    const said = (answer: unknown): void =>
      end(() => {
        try {
          resolve(read(answer))
        } catch (error) {
          reject(error instanceof Error ? error : new Error('It can’t be understood.'))
        }
      })
    const died = (): void => end(() => reject(new Error('It died.')))
    const end = (then: () => void): void => {
      clearTimeout(timer)
      child.off('message', said)
      child.off('exit', died)
      child.off('error', died)
      then()
    }
    child.on('message', said)
    child.on('exit', died)
    child.on('error', died)
  })
}

function lowly(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It died at once, or the system does not know priorities: it then looks at the pace of everything else.
  }
}
