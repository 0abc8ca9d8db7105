import { PlatformError } from '../platform.ts'
import { Refusal } from './failure.ts'

const WITHHELD =
  'Meta does not let the app read this: a permission is missing, or was taken back. `npx serjeant doctor` says which, and who can give it.'

/**
 * Ask, where nobody is ready for a refusal.
 * @throws PlatformError in its place
 */
export async function understood<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (error.reason === 'permission') throw new PlatformError('unauthorised', WITHHELD)
    throw new PlatformError('unexpected', error.message)
  }
}
