import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { Talk } from '../../adapters/platform.ts'

/** Nobody can type any more: the input has ended. */
class InputEnded extends Error {
  override readonly name = 'InputEnded'
}

export interface Terminal {
  talk: Talk
  /** Gives the keyboard back, and Ctrl-C its usual meaning. */
  close: () => void
}

/**
 * Somebody at a keyboard. Ctrl-C, and Ctrl-D at a real terminal, abort the talk; where the input is a pipe or a file, its
 * end only means that `ask` rejects, since what is waited for may still come by another way.
 */
export function terminal(input: Readable & { isTTY?: boolean }, output: Writable): Terminal {
  const giveUp = new AbortController()
  const { signal } = giveUp
  const lines = createInterface({ input, output, terminal: input.isTTY === true, historySize: 0 })
  const typed: string[] = []
  let waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | null = null
  let isOver = false

  // Of readline's own `question` the promise is never settled when the input ends, and what was piped in before is lost.
  lines.on('line', (line) => {
    if (waiting) waiting.resolve(line.trim())
    else typed.push(line.trim())
    waiting = null
  })
  const interrupt = (): void => giveUp.abort(new DOMException('Given up', 'AbortError'))
  lines.on('SIGINT', interrupt)
  // Readline hears Ctrl-C only from a real terminal.
  process.on('SIGINT', interrupt)
  lines.on('close', () => {
    if (!isOver && input.isTTY) interrupt()
    isOver = true
    waiting?.reject(new InputEnded('Nobody can type here any more.'))
    waiting = null
  })
  signal.addEventListener('abort', () => {
    waiting?.reject(signal.reason)
    waiting = null
  })

  return {
    talk: {
      signal,
      say: (line) => {
        if (waiting && input.isTTY) output.write('\r\u001b[K')
        output.write(`${line}\n`)
        if (waiting && input.isTTY) lines.prompt(true)
      },
      ask: async (question) => {
        signal.throwIfAborted()
        const before = typed.shift()
        if (before !== undefined) return before
        if (isOver) throw new InputEnded('Nobody can type here any more.')
        return new Promise((resolve, reject) => {
          waiting = { resolve, reject }
          lines.setPrompt(`${question} `)
          lines.prompt()
        })
      },
    },
    close: () => {
      isOver = true
      process.off('SIGINT', interrupt)
      lines.close()
    },
  }
}

/**
 * One question, and the keyboard is given back.
 * @returns what was typed; nothing where nobody can type, or they gave up
 */
export async function askOnce(
  input: Readable & { isTTY?: boolean },
  output: Writable,
  question: string,
): Promise<string> {
  const keyboard = terminal(input, output)
  try {
    return await keyboard.talk.ask(question)
  } catch {
    return ''
  } finally {
    keyboard.close()
  }
}
