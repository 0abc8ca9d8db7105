import { Hono } from 'hono'
import type { SettingName } from '../../../store/index.ts'
import type { ConsoleParts, Env } from '../../deps.ts'
import { When } from '../../parts/clock.tsx'
import { show } from '../../parts/layout.tsx'
import { answerSettings } from './answer.tsx'
import { electionSettings } from './election.tsx'
import { limitSettings } from './limits.tsx'
import { ruleSettings } from './rules.tsx'
import { stopSettings } from './stop.tsx'
import { supportSettings } from './support.tsx'
import { timeSettings } from './times.tsx'

interface Section {
  href: string
  name: string
  does: string
  /** What a change of it is kept under. */
  kept: SettingName
}

const SECTIONS: readonly Section[] = [
  {
    href: '/settings/stop',
    name: 'Stop the tool',
    does: 'Nothing more is hidden, blocked or answered, at once and everywhere. Reading and judging go on.',
    kept: 'stop',
  },
  {
    href: '/settings/rules',
    name: 'How strict the tool is',
    does: 'How sure it must be before it asks, proposes or acts, rule by rule; and what another choice would have done.',
    kept: 'thresholds',
  },
  {
    href: '/settings/answer',
    name: 'The standard answer',
    does: 'What people who ask for help are told, and how often.',
    kept: 'redirect',
  },
  {
    href: '/settings/limits',
    name: 'Limits',
    does: 'How much the tool may do by itself in an hour before it only proposes.',
    kept: 'limits',
  },
  {
    href: '/settings/times',
    name: 'Times',
    does: 'When to look at a block again, to answer who contests a decision, and to take a break.',
    kept: 'blockReviewDays',
  },
  {
    href: '/settings/election',
    name: 'Election',
    does: 'From dissolution to the declaration there are no MPs: the tool then only proposes.',
    kept: 'election',
  },
  {
    href: '/settings/support',
    name: 'Support for staff',
    does: 'Whom to turn to when what you read weighs on you.',
    kept: 'support',
  },
]

/** What staff choose, each on a page of its own. Everybody may see it; changing it takes the role. */
export function settingsPages(parts: ConsoleParts): Hono<Env> {
  const { store } = parts
  const pages = new Hono<Env>()
  pages.get('/settings', async (c) => {
    const changes = new Map((await store.settings.changes()).map((change) => [change.name, change]))
    const names = await store.people.names()
    return show(
      c,
      parts,
      { title: 'Settings', at: '/settings' },
      <>
        <h1>Settings</h1>
        <p class="hint-line">
          Every change is in the log, with who made it. Nothing here needs the service to be restarted.
        </p>
        <ul class="rows sections">
          {SECTIONS.map(({ href, name, does, kept }) => {
            const change = changes.get(kept)
            return (
              <li>
                <h2>
                  <a href={href}>{name}</a>
                </h2>
                <p>{does}</p>
                {change === undefined ? null : (
                  <p class="meta">
                    Changed <When at={change.changedAt} /> by {names.get(change.changedBy) ?? 'somebody unknown'}
                  </p>
                )}
              </li>
            )
          })}
          <li>
            <h2>
              <a href="/police">Police</a>
            </h2>
            <p>Whom the office reports threats to, and when to be reminded.</p>
          </li>
          <li>
            <h2>
              <a href="/accounts">Accounts</a>
            </h2>
            <p>How much the tool may do on each, how it is doing, and what its platform allows.</p>
          </li>
          <li>
            <h2>
              <a href="/people">People</a>
            </h2>
            <p>Who works here, what each may do, and how they sign in.</p>
          </li>
        </ul>
      </>,
    )
  })
  for (const page of [
    stopSettings,
    ruleSettings,
    answerSettings,
    limitSettings,
    timeSettings,
    electionSettings,
    supportSettings,
  ])
    pages.route('/', page(parts))
  return pages
}
