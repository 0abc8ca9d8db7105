import { z } from 'zod'
import type { PlatformKind } from '../platform.ts'
import { createStreet, Settings } from './street.ts'

/** A platform in memory: an invented street writes to an invented MP. README.md says what it can and can't do. */
export const rehearsal: PlatformKind = {
  name: 'rehearsal',
  invented: true,
  letters: { answering: ['message'], most: 2000, counts: 'graphemes' },
  create(setup) {
    const settings = Settings.safeParse(setup.settings)
    if (!settings.success) throw new Error(`the settings need a change:\n${z.prettifyError(settings.error)}`)
    return createStreet(settings.data).kind.create(setup)
  },
}
