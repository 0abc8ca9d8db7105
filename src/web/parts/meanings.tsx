import { createContext, useContext } from 'hono/jsx'
import type { ConsoleParts } from '../deps.ts'
import { deed } from './words.ts'

type Means = NonNullable<ConsoleParts['means']>

/** What actions do on a platform, where that is not what they do elsewhere. */
export const Meanings = createContext<Means>(() => undefined)

/** What an action means for the person who wrote, on the platform where they did. */
export const Meaning = ({ platform, action }: { platform: string; action: string }) => (
  <>{useContext(Meanings)(platform, action) ?? deed(action).means}</>
)

/** The same, only where this platform is unlike the others. */
export const OwnMeaning = ({ platform, action }: { platform: string; action: string }) => {
  const own = useContext(Meanings)(platform, action)
  return own === undefined ? null : <> {own}</>
}
