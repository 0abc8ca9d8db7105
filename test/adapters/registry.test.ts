import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { platforms } from '../../adapters/index.ts'

const root = path.join(import.meta.dirname, '../..')
const names = Object.keys(platforms).sort()

it('every folder with a front door is registered, and nothing else is', () => {
  const folders = readdirSync(path.join(root, 'adapters'), { withFileTypes: true }).filter((one) => one.isDirectory())
  const platformsIn = folders.filter(({ name }) => existsSync(path.join(root, 'adapters', name, 'index.ts')))
  expect(platformsIn.map(({ name }) => name).sort()).toEqual(names)
})

it('every platform is known by its own name and says in a README what it can’t do', () => {
  for (const [name, kind] of Object.entries(platforms)) {
    expect(kind.name).toBe(name)
    expect(existsSync(path.join(root, 'adapters', name, 'README.md')), name).toBe(true)
  }
})

it('every platform runs the contract test', () => {
  const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'))
  const tested = tests.flatMap((source) =>
    [...source.matchAll(/^\s*platformContract\(\s*'([\w-]+)'/gm)].map(([, name]) => name),
  )
  expect(new Set(tested)).toEqual(new Set(names))
})
