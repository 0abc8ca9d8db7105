import { spawnSync } from 'node:child_process'
import { accessSync, chmodSync, constants, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { scratchFolder } from './support/databases.ts'

/** What is put beside the compiled program. */

it('lets `npx serjeant` run what tsc wrote', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const { folder, remove } = await scratchFolder()
  const at = (...parts: string[]): string => path.join(folder, ...parts)
  for (const name of ['src', 'adapters', 'moderation', 'scripts', 'dist/src', 'dist/empty-database']) {
    mkdirSync(at(name), { recursive: true })
  }
  symlinkSync(path.join(root, 'node_modules'), at('node_modules'))
  cpSync(path.join(root, 'scripts', 'copy-assets.mjs'), at('scripts', 'copy-assets.mjs'))
  writeFileSync(at('package-lock.json'), '{"packages":{"node_modules/@electric-sql/pglite":{"version":"1"}}}')
  writeFileSync(at('dist', 'empty-database.version'), '1')
  const program = at('dist', 'src', 'cli.js')
  writeFileSync(program, '')
  chmodSync(program, 0o644)

  const { stderr } = spawnSync(process.execPath, [at('scripts', 'copy-assets.mjs')], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(() => accessSync(program, constants.X_OK)).not.toThrow()
  await remove()
})
