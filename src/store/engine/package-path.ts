import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * A path inside this package, whether it runs from `src` or from `dist`, and whatever the working directory: the
 * nearest folder above with a package.json is the root.
 */
export function packagePath(...parts: string[]): string {
  let folder = import.meta.dirname
  while (!existsSync(path.join(folder, 'package.json'))) {
    const above = path.dirname(folder)
    if (above === folder)
      throw new Error(`No package.json above ${import.meta.dirname}: the program was not installed whole.`)
    folder = above
  }
  return path.join(folder, ...parts)
}
