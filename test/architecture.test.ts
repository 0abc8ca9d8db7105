import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path/posix'
import { describe, expect, it } from 'vitest'

/**
 * Who may import whom. The first row that fits a file governs it, and what its row does not name is forbidden.
 * A name that ends in `/` or `:` stands for all that begins with it.
 */
interface Row {
  from: string
  may: string[]
  because: string
}

/** Every platform's adapter, and what it alone may lean on. */
const ADAPTERS: Record<string, string[]> = {
  bluesky: ['@atproto/'],
  facebook: ['adapters/meta/'],
  instagram: ['adapters/meta/'],
  rehearsal: [],
  x: ['twitter-api-v2'],
}
const DATABASE = ['@prisma/', 'pg', '@electric-sql/', 'src/generated/']
/** What everybody who meets a platform may lean on, on either side of the port. */
const GROUND = ['adapters/platform.ts', 'adapters/deadline.ts']
const ADAPTING = ['moderation/model.ts', ...GROUND, 'adapters/sources.ts', 'adapters/picture.ts', 'node:', 'zod']
const SERVICE = ['src/', 'moderation/', ...GROUND, 'node:', 'zod', 'pino', 'node-cron', 'hono', 'hono/']

const FLOOR = ['config', 'logging', 'pace'].map((name) => `src/${name}.ts`)
const ADVISING = ['src/classifiers/', ...FLOOR, 'moderation/', ...GROUND, 'node:', 'zod']

const JUDGING = 'judging is pure, so that any decision can be replayed: no package, no clock, no network, no database'
const SCHEMAS = 'what is read from a file is checked by zod where it is declared, and needs nothing else'

const ROWS: Row[] = [
  { from: 'moderation/policy.ts', may: ['moderation/', 'zod'], because: SCHEMAS },
  { from: 'moderation/input.ts', may: ['moderation/', 'zod'], because: SCHEMAS },
  {
    from: 'moderation/text-model/model.ts',
    may: ['moderation/', 'node:fs'],
    because: 'the shipped weights are a constant of the program, too large for a module, read once from beside it',
  },
  { from: 'moderation/', may: ['moderation/'], because: JUDGING },
  {
    from: 'adapters/platform.ts',
    may: ['moderation/model.ts'],
    because: 'the port is words alone: a platform must be describable without any platform',
  },
  {
    from: 'adapters/deadline.ts',
    may: ['node:events'],
    because: 'how long anything may take is no matter of any platform, nor of the service',
  },
  {
    from: 'adapters/picture.ts',
    may: GROUND,
    because: 'a picture is fetched alike wherever it is kept; where it may be kept its adapter knows',
  },
  {
    from: 'adapters/sources.ts',
    may: ['adapters/platform.ts'],
    because: 'what every adapter does alike with its sources is said in the port’s words',
  },
  {
    from: 'adapters/index.ts',
    may: ['adapters/platform.ts', ...Object.keys(ADAPTERS).map((name) => `adapters/${name}/index.ts`)],
    because: 'the registry is one line per platform and knows of each only its front door',
  },
  {
    from: 'adapters/meta/',
    may: [...ADAPTING, 'adapters/meta/', 'facebook-nodejs-business-sdk'],
    because: 'Facebook and Instagram are reached by one API: what both need of it is said once, and knows of neither',
  },
  ...Object.entries(ADAPTERS).map(([name, own]) => ({
    from: `adapters/${name}/`,
    may: [...ADAPTING, `adapters/${name}/`, ...own],
    because: 'an adapter translates one platform: it neither judges, nor stores, nor knows another platform',
  })),
  {
    from: 'src/store/factors.ts',
    may: ['src/store/', 'node:', 'otpauth'],
    because: 'the codes of an authenticator app are a kept library’s business, in the one file that checks them',
  },
  {
    from: 'src/store/',
    may: ['src/store/', 'moderation/', 'adapters/platform.ts', 'node:', 'zod', ...DATABASE],
    because: 'the store is the floor of the service: the rest stands on it, and it on nothing of the rest',
  },
  {
    from: 'src/classifiers/images/decoder.mjs',
    may: ['node:', 'sharp', 'nsfwjs/', '@tensorflow/'],
    because:
      'strangers’ pictures are opened by a program that knows nothing of the service, and nothing else opens them',
  },
  {
    from: 'src/main.ts',
    may: [...SERVICE, '@hono/', 'adapters/index.ts'],
    because: 'main.ts puts the parts together: it alone picks platforms, and still leaves the database to the store',
  },
  {
    from: 'src/cli.ts',
    may: [...SERVICE, 'commander'],
    because: 'the command line calls the service and the judge, and reaches platforms through main.ts',
  },
  {
    from: 'src/classifiers/perspective.ts',
    may: [...ADVISING, 'perspective-api-client'],
    because: 'each other judge is one file, and what it is asked with is its own business',
  },
  {
    from: 'src/classifiers/',
    may: ADVISING,
    because: 'another judge is shown an item and says what it finds: it sees no store, no platform and no console',
  },
  {
    from: 'src/web/passkeys.ts',
    may: [...SERVICE, '@simplewebauthn/server'],
    because: 'what a passkey signs is checked by a kept library, loaded only once somebody uses one',
  },
  {
    from: 'src/web/parts/qr.tsx',
    may: ['hono/', 'qr'],
    because: 'a square of dots is counted out by a library and drawn by us: nothing is fetched',
  },
  {
    from: 'src/',
    may: [...SERVICE, '@hono/'],
    because: 'the service sees platforms through the port and the database through the store',
  },
]

const fits = (name: string, pattern: string): boolean =>
  /[/:]$/.test(pattern) ? name.startsWith(pattern) : name === pattern
const rowOf = (file: string): Row | undefined => ROWS.find(({ from }) => fits(file, from))
/** Nobody but the store may reach the generated client, although it lies in src/. */
const allows = ({ may }: Row, target: string): boolean =>
  may.some((pattern) => fits(target, pattern)) && (!fits(target, 'src/generated/') || may.includes('src/generated/'))

/**
 * Every module a source names: static, side-effect, re-exporting, dynamic, type-level, required. Comments and strings
 * are stepped over by matching them first. A dynamic import of anything but a plain string can't be checked: '?'.
 */
function imports(source: string): string[] {
  const scan =
    /\/\*[\s\S]*?\*\/|\/\/.*|(?<![.\w])(?:from|import(?:\s*\()?|require\s*\()\s*(?:'([^'\n]+)'|"([^"\n]+)")|(?<![.\w])import\s*\((?!\s*['"])()|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g
  return [...source.matchAll(scan)].flatMap(([, single, double, unread]) =>
    unread === undefined ? (single ?? double ?? []) : '?',
  )
}

const resolve = (file: string, name: string): string => (name.startsWith('.') ? join(dirname(file), name) : name)

function violations(files: Iterable<[file: string, source: string]>): string[] {
  return [...files].flatMap(([file, source]) => {
    const row = rowOf(file)
    if (!row) return [`${file} has no row in the table of test/architecture.test.ts`]
    return imports(source)
      .map((name) => resolve(file, name))
      .filter((target) => !allows(row, target))
      .map((target) => `${file} imports ${target}, but ${row.because}`)
  })
}

const root = join(import.meta.dirname, '..')
const SOURCES = ['moderation', 'adapters', 'src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith('src/generated/'))
    .map((file): [string, string] => [file, readFileSync(join(root, file), 'utf8')]),
)

describe('imports point one way', () => {
  for (const row of ROWS) {
    it(`${row.from}: ${row.because}`, () => {
      const governed = SOURCES.filter(([file]) => rowOf(file) === row)
      expect(governed, 'a row that governs no file proves nothing').not.toHaveLength(0)
      expect(violations(governed)).toEqual([])
    })
  }

  it('every file has a row', () => {
    expect(SOURCES.filter(([file]) => !rowOf(file)).map(([file]) => file)).toEqual([])
  })
})

describe('the check itself', () => {
  const planted: [file: string, source: string, target: string][] = [
    ['moderation/judge.ts', `import { readFileSync } from 'node:fs'`, 'node:fs'],
    ['moderation/detect/spam.ts', `import { z } from 'zod'`, 'zod'],
    ['moderation/decide.ts', `import type { Page } from '../adapters/platform.ts'`, 'adapters/platform.ts'],
    ['moderation/policy.ts', `import * as config from "../src/config.ts"`, 'src/config.ts'],
    ['adapters/platform.ts', `import { z } from 'zod'`, 'zod'],
    ['adapters/platform.ts', `export type { Policy } from '../moderation/policy.ts'`, 'moderation/policy.ts'],
    ['adapters/bluesky/map.ts', `export * from '../rehearsal/street.ts'`, 'adapters/rehearsal/street.ts'],
    ['adapters/bluesky/index.ts', `const { judge } = await import('../../moderation/judge.ts')`, 'moderation/judge.ts'],
    ['adapters/meta/inbox.ts', `import { wordsOf } from '../facebook/words.ts'`, 'adapters/facebook/words.ts'],
    [
      'adapters/facebook/index.ts',
      `import { FacebookAdsApi } from 'facebook-nodejs-business-sdk'`,
      'facebook-nodejs-business-sdk',
    ],
    ['adapters/x/index.ts', `import { graph } from '../meta/client.ts'`, 'adapters/meta/client.ts'],
    ['adapters/rehearsal/index.ts', `import { AtpAgent } from '@atproto/api'`, '@atproto/api'],
    ['adapters/index.ts', `import { map } from './bluesky/map.ts'`, 'adapters/bluesky/map.ts'],
    ['adapters/unlisted/index.ts', `import {\n  a,\n} from '../platform.ts'`, ''],
    ['src/poll.ts', `import { platforms } from '../adapters/index.ts'`, 'adapters/index.ts'],
    ['src/act.ts', `import '../adapters/bluesky/index.ts'`, 'adapters/bluesky/index.ts'],
    [
      'src/web/queue.tsx',
      `import { PrismaClient } from '../generated/prisma/client.ts'`,
      'src/generated/prisma/client.ts',
    ],
    ['src/main.ts', `import pg from 'pg'`, 'pg'],
    ['src/alerts.ts', `let rows: import('@prisma/client').Prisma.ItemGetPayload<{}>`, '@prisma/client'],
    ['src/store/items.ts', `import { poll } from '../poll.ts'`, 'src/poll.ts'],
    ['src/classifiers/index.ts', `import type { Store } from '../store/index.ts'`, 'src/store/index.ts'],
    ['src/classifiers/policy-judge.ts', `require('perspective-api-client')`, 'perspective-api-client'],
    ['src/config.ts', `const config = require('../test/builders.ts')`, 'test/builders.ts'],
    ['src/config.ts', `await import(name)`, '?'],
  ]
  it.each(planted)('catches %s: %s', (file, source, target) => {
    const found = violations([[file, source]])
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(target ? `${file} imports ${target}, but ` : 'has no row')
  })

  it('is not misled by comments, strings and what only looks like an import', () => {
    const harmless = [
      `/** import { a } from 'b' */ // import 'c'`,
      `const words = "she is from 'pg'", more = 'import "pg"', url = 'https://a.example/*', end = '*/'`,
      `const letters = Array.from('pg'); const here = import.meta.dirname`,
      `import { ok } from './model.ts'`,
    ]
    expect(imports(harmless.join('\n'))).toEqual(['./model.ts'])
  })
})
