import type { Stage } from './seed.ts'

/** Every route of the console, as it is declared: what is added later is met by the same tests. */

export interface Route {
  method: string
  /** With `:id` for any id. */
  path: string
  /** The path with a real address in it. */
  at: (ids?: Readonly<Record<string, string>>) => string
}

const NOTHING = '00000000-0000-7000-8000-000000000000'

/** @param ids by what the path begins with: `{ '/case': id }`; elsewhere an id that nothing has */
export function routesOf(app: Stage['app']): Route[] {
  const declared = new Set(
    app.routes.filter(({ method }) => method !== 'ALL').map((one) => `${one.method} ${one.path}`),
  )
  return [...declared].map((one) => {
    const [method = '', pattern = ''] = one.split(' ')
    const path = pattern.replace(/:(\w+)\{.*?\}(?=\/|$)/g, ':$1')
    const at = (ids: Readonly<Record<string, string>> = {}): string => {
      const [, id = NOTHING] = Object.entries(ids).find(([start]) => path.startsWith(`${start}/`)) ?? []
      return path.replace(/:\w+/g, id)
    }
    return { method, path, at }
  })
}

/** Open to whoever calls. */
export const OPEN: readonly string[] = [
  '/healthz',
  '/sign-in',
  '/sign-in/second',
  '/sign-in/passkey',
  '/sign-in/passkey/options',
  '/welcome',
  '/style.css',
  '/keys.js',
  '/authenticator.js',
]
