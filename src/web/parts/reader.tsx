import type { Context } from 'hono'
import { createContext, useContext } from 'hono/jsx'
import type { Exposed, Mask } from '../../store/index.ts'

/** Who reads a page, and how much of what is hard to read they want to meet on it unasked. */
export interface Reader {
  mask: Mask
  /** What they asked to see, by the names of the parts. */
  asked: ReadonlySet<string>
  /** The page they are on, with where in it they stand, to come back to. */
  here: string
  /** Told of each hard thing that the page shows them. */
  met: (what: Exposed) => void
}

export const Reading = createContext<Reader>({ mask: 'letters', asked: new Set(), here: '/', met: () => {} })

export const useReader = (): Reader => useContext(Reading)

/** The name under which a part is asked for, in addresses. */
export const ASKED = 'show'

/** The page that is being read: after a form was posted, the one that the form stands on. */
export function pageOf(c: Context): string {
  const { pathname, search } = new URL(c.req.url)
  return c.req.method === 'GET' ? pathname + search : (/^\/case\/[\w-]+/.exec(pathname)?.[0] ?? '/')
}

interface AskProps {
  part: string
  open: boolean
  does: string
  /** The key that presses it, where the part is what the page is about. */
  letter?: string | undefined
}

/**
 * Asks for a part of the page, or for it to be hidden again. A form that leads to the same page, so that it is a button and
 * works without the script; keys.js fetches that page and puts in the one part.
 */
export const Ask = ({ part, open, does, letter }: AskProps) => {
  const { here } = useReader()
  const url = new URL(here, 'http://console.invalid')
  const kept = [...url.searchParams].filter(([name, value]) => name !== ASKED || value !== part)
  return (
    <form class="ask" action={`${url.pathname}#${partId(part)}`}>
      {kept.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      {open ? null : <input type="hidden" name={ASKED} value={part} />}
      <button class="quiet" data-key={letter}>
        {does}
      </button>
    </form>
  )
}

export const partId = (part: string): string => `part-${part}`
