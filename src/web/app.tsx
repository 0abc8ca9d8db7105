import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { contextStorage } from 'hono/context-storage'
import { HTTPException } from 'hono/http-exception'
import { LARGEST } from '../pictures.ts'
import { NotAllowed } from '../store/index.ts'
import { recently } from './again.tsx'
import type { ConsoleParts, Env } from './deps.ts'
import { headers, knownHost, ownForms, signedIn, unstored } from './guard.ts'
import { accountsPage } from './pages/accounts.tsx'
import { answersPage } from './pages/answers.tsx'
import { authorPage } from './pages/author.tsx'
import { blockPage } from './pages/block.tsx'
import { byHandPage } from './pages/by-hand.tsx'
import { casePage } from './pages/case.tsx'
import { claimPages } from './pages/claims.ts'
import { contestPage } from './pages/contest.tsx'
import { dossierPage } from './pages/dossier.tsx'
import { entrancePages } from './pages/entrance.tsx'
import { evidencePage } from './pages/evidence.tsx'
import { handingPages } from './pages/handing.tsx'
import { healthPage } from './pages/health.ts'
import { letterPage } from './pages/letter.tsx'
import { lettersPage } from './pages/letters.tsx'
import { logPage } from './pages/log.tsx'
import { mePages } from './pages/me.tsx'
import { mySignInPage } from './pages/my-sign-in.tsx'
import { notePages } from './pages/notes.ts'
import { peoplePage } from './pages/people.tsx'
import { picturePage } from './pages/picture.ts'
import { picturesPage } from './pages/pictures.tsx'
import { policePages } from './pages/police.tsx'
import { pushPage } from './pages/push.ts'
import { queuePage } from './pages/queue.tsx'
import { registerPage } from './pages/register.tsx'
import { safeguardingPages } from './pages/safeguarding.tsx'
import { secondPage } from './pages/second.tsx'
import { settingsPages } from './pages/settings/index.tsx'
import { togetherPages } from './pages/together.tsx'
import { Sorry, show, showAlone } from './parts/layout.tsx'
import { refused } from './parts/turned-away.tsx'
import { logged, readThrough, unread } from './withholding.ts'

export type { ConsoleParts, Health } from './deps.ts'

/** A reason of 2,000 characters, each escaped, and room to spare. Bytes. */
const LARGEST_FORM = 64 * 1024
/** With the picture or the text that staff add. */
const LARGEST_UPLOAD = LARGEST + LARGEST_FORM
const UPLOADS = ['/pictures/add', '/pictures/texts/add']

/** What the office is run by, and what leaves it: whoever does this shows first that it is them. A stop is never held up. */
const WEIGHTY_FORMS =
  /^\/(?:settings\/(?!stop$)|accounts\/|signposting$|police\/(?:contact|reminders)$|(?:case\/[\da-f-]+\/pack|second\/[\da-f-]+\/agree)$)/

const asset = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

/**
 * The review console: pages for staff, behind a sign-in. Every string it shows may be hostile, so it is shown through
 * JSX, which escapes it, under a policy that lets nothing run but our own script.
 */
export function createConsole(given: ConsoleParts): Hono<Env> {
  const parts = { ...given, store: readThrough(given.store) }
  const app = new Hono<Env>()
  app.use(contextStorage(), headers(parts.secureCookies), unstored)
  // Before the guards, which are for people: platforms come by a public name, without a session.
  app.route('/', pushPage(parts))
  app.use(knownHost(parts.hosts ?? null), ownForms())
  const [small, large] = [bodyLimit({ maxSize: LARGEST_FORM }), bodyLimit({ maxSize: LARGEST_UPLOAD })]
  // Whoever isn't signed in makes us read nothing but small forms.
  app.use(signedIn(parts), logged(parts), unread(parts), (c, next) =>
    (UPLOADS.includes(c.req.path) ? large : small)(c, next),
  )

  const again = recently(parts)
  app.use((c, next) => (c.req.method === 'POST' && WEIGHTY_FORMS.test(c.req.path) ? again(c, next) : next()))

  serveAsset(app, '/style.css', 'text/css; charset=utf-8', asset('style.css'))
  for (const name of ['/keys.js', '/authenticator.js'])
    serveAsset(app, name, 'text/javascript; charset=utf-8', asset(name.slice(1)))
  for (const page of [
    healthPage,
    entrancePages,
    queuePage,
    casePage,
    togetherPages,
    claimPages,
    handingPages,
    notePages,
    authorPage,
    dossierPage,
    lettersPage,
    letterPage,
    contestPage,
    blockPage,
    evidencePage,
    policePages,
    safeguardingPages,
    byHandPage,
    answersPage,
    logPage,
    mePages,
    peoplePage,
    mySignInPage,
    accountsPage,
    picturePage,
    picturesPage,
    registerPage,
    settingsPages,
    secondPage,
  ])
    app.route('/', page(parts))

  app.notFound((c) => {
    const page = { title: 'Not found', status: 404 } as const
    const sorry = (
      <Sorry heading="There is nothing here">
        <p>The address is wrong, or what stood here is gone.</p>
      </Sorry>
    )
    return c.var.staff ? show(c, parts, page, sorry) : showAlone(c, page, sorry)
  })

  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.status === 404 ? c.notFound() : refused(c, error.status)
    // An id that nothing has: asked of the database, which throws.
    if ('code' in error && error.code === 'P2025') return c.notFound()
    if (error instanceof NotAllowed)
      return show(
        c,
        parts,
        { title: 'This can’t be done', status: 409 },
        <Sorry heading="This can’t be done">
          <p>{error.message} Nothing was changed now.</p>
        </Sorry>,
      )
    parts.failed?.(error)
    // Neither the message nor the trace: they may quote what somebody wrote.
    return showAlone(
      c,
      { title: 'Something went wrong', status: 500 },
      <Sorry heading="Something went wrong">
        <p>It is not your doing, and nothing is lost. Try again in a minute.</p>
      </Sorry>,
    )
  })

  return app
}

function serveAsset(app: Hono<Env>, path: string, type: string, text: string): void {
  app.get(path, (c) => c.body(text, 200, { 'content-type': type, 'cache-control': 'no-cache' }))
}
