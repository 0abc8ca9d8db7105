import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

/** The SDK's traps: each has been seen to lose or to spill something, and none may come back. */

const ROOT = path.resolve(import.meta.dirname, '../..')
const HOMES: readonly string[] = ['adapters/meta/sdk.ts', 'test/emulators/meta/sdk.ts']
const META = /^(?:adapters\/(?:meta|facebook|instagram)|test\/emulators\/meta)\//

/** Who may reach through the one door: the way to Meta, and the emulator's own tests, which show the traps. */
const GUESTS: readonly string[] = ['adapters/meta/transport.ts', 'test/emulators/meta.test.ts']
const PRODUCT = /^adapters\/(?:meta|facebook|instagram)\//

interface Trap {
  name: string
  finds: Pick<RegExp, 'test'>
  /** Where it is a trap: everywhere, if absent. */
  where?: (file: string) => boolean
}
const TRAPS: readonly Trap[] = [
  {
    name: 'the SDK elsewhere than at its one door',
    finds: /(?:from|import|require)\s*\(?\s*['"]facebook-nodejs-business-sdk/,
    where: (file) => !HOMES.includes(file),
  },
  {
    name: 'the door used by others',
    finds: /from\s*['"](?:\.{1,2}\/)+(?:\w+\/)*meta\/sdk\.ts['"]/,
    where: (file) => !GUESTS.includes(file) && !file.startsWith('adapters/meta/'),
  },
  {
    name: 'the door used by others',
    finds: /from\s*['"]\.\/sdk\.ts['"]/,
    where: (file) => !GUESTS.includes(file) && file.startsWith('adapters/meta/'),
  },
  {
    name: 'an object or a cursor of the SDK',
    finds: /\bsdk\(\)\s*(?:\.\s*(?!FacebookAdsApi\b)\w|\[)|\{(?!\s*FacebookAdsApi\s*\})[^{}]*\}\s*=\s*sdk\(\)/,
    where: (file) => PRODUCT.test(file),
  },
  { name: 'a default API for the whole process', finds: /FacebookAdsApi\s*\.\s*init\b|\bsetDefaultApi\b/ },
  { name: 'a batch, which encodes nothing', finds: /\bFacebookAdsApiBatch\b/ },
  { name: 'many at once under one id', finds: /\.getByIds\s*\(/, where: (file) => META.test(file) },
  { name: 'headers among the fields', finds: /\bsetShowHeader\b/ },
  {
    name: 'a crash reporter',
    finds: { test: reports },
  },
  {
    name: 'what an SDK object sends back',
    // Hashes, vaults, maps and sets have these too.
    finds:
      /(?<=\S)(?<!createHash\('sha256'\)|createHmac\('sha256', \w+\)|\bvault|\bknown|\bmet|\brounds|\bunsaid|\bsearchParams)\s*\.\s*(?:update|delete)\(/,
    where: (file) => PRODUCT.test(file),
  },
]

/** It is on unless every API is made with false: by the class's own constructor, or by whoever calls it. */
function reports(code: string): boolean {
  if (/\bCrashReporter\b/.test(code)) return true
  const isOff = (call: RegExp): boolean =>
    [...code.matchAll(call)].every(([, given = '']) => /,\s*false\s*$/.test(given))
  const classes = [...code.matchAll(/\bclass (\w+) extends [\w.]*\bFacebookAdsApi\b/g)]
  const own = classes.filter(({ index }) => /\bconstructor\b/.test(code.slice(index).split(/\n\s*class\b/)[0] ?? ''))
  const supers = own.map(({ index }) => /\bsuper\(([^()]*)\)/.exec(code.slice(index))?.[1] ?? '')
  const made = ['FacebookAdsApi', ...classes.filter((one) => !own.includes(one)).map(([, name]) => name)]
  return (
    supers.some((given) => !/,\s*false\s*$/.test(given)) ||
    made.some((name) => !isOff(new RegExp(`\\bnew (?:\\w+\\.)*${name}\\(([^()]*)\\)`, 'g')))
  )
}

/** Comments warn of the traps by their names. */
const bare = (source: string): string => source.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '')

function trapsIn(file: string, source: string): string[] {
  const code = bare(source)
  return TRAPS.filter(({ finds, where }) => (where?.(file) ?? true) && finds.test(code)).map(({ name }) => name)
}

const SELF = 'test/adapters/meta-traps.test.ts'
const sources = ['adapters', 'moderation', 'src', 'scripts', 'test', 'prisma']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  .filter((file) => /\.(?:[cm]?[jt]s|tsx)$/.test(file) && !/\/(?:generated|node_modules)\//.test(file))
  // Both plant violations.
  .filter((file) => file !== SELF && file !== 'test/architecture.test.ts')

describe('the traps of Meta’s SDK', () => {
  it('are in no source of the project', () => {
    expect(sources.length).toBeGreaterThan(200)
    for (const home of HOMES) expect(sources).toContain(home)
    const found = sources.flatMap((file) =>
      trapsIn(file, readFileSync(path.join(ROOT, file), 'utf8')).map((trap) => `${file}: ${trap}`),
    )
    expect(found).toEqual([])
  })

  const PLANTED: readonly (readonly [string, string, string])[] = [
    [
      'adapters/facebook/index.ts',
      `import { Page } from 'facebook-nodejs-business-sdk'`,
      'the SDK elsewhere than at its one door',
    ],
    ['src/a.ts', `await import("facebook-nodejs-business-sdk")`, 'the SDK elsewhere than at its one door'],
    [
      'adapters/meta/client.ts',
      `createRequire(x)\nrequire('facebook-nodejs-business-sdk/src/api')`,
      'the SDK elsewhere than at its one door',
    ],
    ['adapters/meta/sdk.ts', `FacebookAdsApi.init(token)`, 'a default API for the whole process'],
    ['adapters/meta/sdk.ts', `new FacebookAdsApiBatch(api)`, 'a batch, which encodes nothing'],
    ['adapters/meta/sdk.ts', `sdk().FacebookAdsApi.setDefaultApi(api)`, 'a default API for the whole process'],
    ['adapters/meta/a.ts', `Comment.getByIds (ids)`, 'many at once under one id'],
    ['adapters/meta/client.ts', `import { sdk } from './sdk.ts'`, 'the door used by others'],
    ['adapters/facebook/walk.ts', `import { sdk } from '../meta/sdk.ts'`, 'the door used by others'],
    [
      'test/adapters/facebook.test.ts',
      `import { GraphApi } from '../emulators/meta/sdk.ts'`,
      'the door used by others',
    ],
    ['adapters/meta/transport.ts', `new (sdk().Comment)(id, {}, undefined, api)`, 'an object or a cursor of the SDK'],
    ['adapters/meta/transport.ts', `const { FacebookAdsApi, Page } = sdk()`, 'an object or a cursor of the SDK'],
    ['adapters/meta/a.ts', `api.setShowHeader(true)`, 'headers among the fields'],
    [
      'adapters/meta/transport.ts',
      `class Transport extends FacebookAdsApi {}\nreturn new Transport(token, 'en_GB', true)`,
      'a crash reporter',
    ],
    [
      'adapters/meta/transport.ts',
      `class Wire extends sdk.FacebookAdsApi {}\nreturn new Wire(token)`,
      'a crash reporter',
    ],
    [
      'adapters/meta/transport.ts',
      `class A extends FacebookAdsApi { constructor() { super(to.token, 'en_GB') } }`,
      'a crash reporter',
    ],
    ['adapters/meta/transport.ts', `new sdk.FacebookAdsApi(token)`, 'a crash reporter'],
    ['src/a.ts', `CrashReporter.enable()`, 'a crash reporter'],
    ['adapters/facebook/perform.ts', `await comment.update(['is_hidden'])`, 'what an SDK object sends back'],
    ['adapters/instagram/perform.ts', `await new IGComment(id)\n  .delete([])`, 'what an SDK object sends back'],
  ]
  it.each(PLANTED)('are found in %s: %s', (file, source, trap) => {
    expect(trapsIn(file, source)).toEqual([trap])
  })

  it('are not what only sounds like them', () => {
    const source = `createHash('sha256')\n.update(x); known.delete(id); vault.update(f); // setShowHeader
      class Astray extends Error { constructor() { super('x') } }
      class Transport extends FacebookAdsApi {}
      const { FacebookAdsApi } = sdk(); sdk().FacebookAdsApi.VERSION; new Transport(t, 'en_GB', false)`
    expect(trapsIn('adapters/meta/a.ts', source)).toEqual([])
  })
})
