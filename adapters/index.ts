import { bluesky } from './bluesky/index.ts'
import { facebook } from './facebook/index.ts'
import { instagram } from './instagram/index.ts'
import type { PlatformKind } from './platform.ts'
import { rehearsal } from './rehearsal/index.ts'
import { x } from './x/index.ts'

/** Every platform, by the name it has in the configuration. */
export const platforms: Readonly<Record<string, PlatformKind>> = {
  bluesky,
  facebook,
  instagram,
  rehearsal,
  x,
}
