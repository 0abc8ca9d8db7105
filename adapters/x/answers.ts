import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { finished } from 'node:stream/promises'
import { within } from '../deadline.ts'
import type { Talk } from '../platform.ts'

/** An address that X sent somebody back to. */
export interface Answer {
  address: string
  /** It won't do; tell whoever came with it why. `words` are ours, never theirs. */
  again(words: string): Promise<void>
  /** Nothing more is waited for. What there is to say is said at the keyboard. */
  end(isWell: boolean): Promise<void>
}

export interface Door {
  /** Where X sends the browser: registered with the app to the letter. */
  callback: string
  /** Whether a browser on this machine gets through. */
  isOpen: boolean
  /**
   * The next answer, by the browser itself or pasted at the keyboard: nobody knows on which machine the browser is.
   * @throws the signal's reason once the person gives up; Error with a sentence if nobody comes
   */
  next(): Promise<Answer>
  close(): void
}

const HOST = '127.0.0.1'
/** X's docs refuse "localhost", and want the address without a slash at its end. */
const PATH = '/x'
const QUEUE = 20
/** Milliseconds for a browser to take a page. */
const A_MOMENT = 2_000

const WELL = 'Signed in. You may close this window, and see what Serjeant says where it was started.'
const ILL = 'That did not work. Serjeant says why, where it was started.'

export const callbackOf = (port: number): string => `http://${HOST}:${port}${PATH}`

/** @param patience milliseconds until somebody must have come back */
export async function openDoor(port: number, patience: number, talk: Talk): Promise<Door> {
  const queue: Answer[] = []
  let wake = (): void => {}
  let keyboard: 'not asked' | 'asked' | 'gone' = 'not asked'
  let isLate = false

  const server = createServer(({ method, url = '' }, response) => {
    if (method !== 'GET' || !url.startsWith(`${PATH}?`)) return page(response, 404, 'There is nothing here.')
    if (queue.length >= QUEUE) return page(response, 503, 'Too many at once.')
    // A courtesy: whoever has closed the window, or gives up, keeps nobody waiting.
    const show = (code: number, words: string): Promise<void> =>
      within(A_MOMENT, talk.signal, async () => {
        page(response, code, words)
        await finished(response)
      }).catch(() => {})
    queue.push({
      address: `http://${HOST}${url}`,
      again: (words) => show(400, words),
      end: (isWell) => (isWell ? show(200, WELL) : show(400, ILL)),
    })
    return wake()
  })
  const isOpen = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, HOST, () => resolve(true))
  })
  const timer = setTimeout(() => {
    isLate = true
    wake()
  }, patience)
  const giveUp = (): void => wake()
  talk.signal.addEventListener('abort', giveUp)

  const listenToKeyboard = async (): Promise<void> => {
    for (;;) {
      const address = await talk.ask('Or paste the address here:')
      if (address === '') continue
      const isHeard = new Promise<void>((resolve) => {
        queue.push({
          address,
          again: async (words) => {
            talk.say(words)
            resolve()
          },
          end: async () => {},
        })
      })
      wake()
      await isHeard
    }
  }

  return {
    callback: callbackOf(isOpen ? (server.address() as AddressInfo).port : port),
    isOpen,
    next: async () => {
      if (keyboard === 'not asked') {
        keyboard = 'asked'
        // Rejects when nobody can type, as in a container without a terminal; a browser may still come.
        listenToKeyboard().catch(() => {
          keyboard = 'gone'
          wake()
        })
      }
      for (;;) {
        talk.signal.throwIfAborted()
        const first = queue.shift()
        if (first) return first
        if (isLate) throw new Error('nobody has come back from X for a long time. Run this again when it suits.')
        if (!isOpen && keyboard === 'gone')
          throw new Error(`port ${port} is in use, and nobody can type here: X’s answer has no way in.`)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    close: () => {
      clearTimeout(timer)
      talk.signal.removeEventListener('abort', giveUp)
      server.close()
      server.closeAllConnections()
    },
  }
}

/** The code stands in this page's address, so it is kept nowhere and told to nobody. */
function page(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    connection: 'close',
  })
  response.end(`<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Serjeant</title><p>${words}</p></html>`)
}
