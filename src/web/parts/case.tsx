import { useContext } from 'hono/jsx'
import type { Clause, Policy } from '../../../moderation/policy.ts'
import { dangerOf, weighed } from '../../danger.ts'
import { type Case, capabilitiesOf, type Farewell } from '../../store/index.ts'
import { isConnected, isOpen, proposedFor, saysFarewell } from '../answers.ts'
import type { Action, ConsoleParts } from '../deps.ts'
import { isWithheld } from '../withholding.ts'
import { Clock, When } from './clock.tsx'
import { Help, TellLead } from './help.tsx'
import { Meaning, OwnMeaning } from './meanings.tsx'
import { path } from './place.ts'
import { PoliceAtHand } from './police.tsx'
import { hasWords, OwnWords, Writer } from './said.tsx'
import {
  abilityWords,
  canDoTo,
  concernWords,
  confidence,
  counted,
  deed,
  finds,
  isHarmfulMessage,
  kindWords,
  laneWords,
  platformName,
  reasonWords,
  sentence,
  stateWords,
} from './words.ts'

/** The parts that a card in the queue and the whole page of a case share. */

export const Who = ({ found }: { found: Case }) => {
  const { item } = found
  const what = `${kindWords(item.kind)} on ${platformName(item.account.platform)}`
  if (isWithheld(item)) return <>{what}</>
  return (
    <>
      {what} from <Writer author={item.author} />
    </>
  )
}

export const Sent = ({ found }: { found: Case }) => (
  <p class="meta">
    <When at={found.item.writtenAt} />
    {found.item.kind === 'message' ? ' · private' : ' · public'}
    {found.item.goneAt === null ? null : (
      <>
        {' '}
        · gone from the platform <When at={found.item.goneAt} />
      </>
    )}
    {found.item.heldAt === null ? null : ' · kept as evidence'}
  </p>
)

export const LaneTag = ({ lane }: { lane: string | null }) =>
  lane === null ? null : <span class={`tag ${lane}`}>{laneWords(lane).name}</span>

interface BannerProps {
  found: Case
  policy: Policy
  forgets: ConsoleParts['forgets']
}
const NEVER = (): boolean => false

/** What to do for people in danger: the same words wherever such a case is shown. Both may be needed. */
export const Banner = ({ found, policy, forgets = NEVER }: BannerProps) => {
  const danger = dangerOf(found)
  if (danger === null) return null
  return (
    <div class={`banner ${danger === 'risk' ? 'risk' : 'police'}`}>
      {danger === 'alarm' ? (
        <p>
          <strong>The tool is unsure.</strong> Read it; if you think it is a threat, report it: to 999 if anybody may be
          in immediate danger, and if not, to <ForMps />.
        </p>
      ) : (
        <p>
          <strong>If anybody may be in immediate danger, call 999 now.</strong>
          {danger === 'risk' && found.escalate === 'police' ? ' If not, call 101 for the local police.' : null}
        </p>
      )}
      {danger === 'risk' ? <AtRisk found={found} policy={policy} /> : null}
      {danger === 'threat' || danger === 'crime' ? (
        <p>
          If not, report {danger === 'threat' ? 'the threat' : 'it'} to <ForMps />.{' '}
          {danger === 'threat' ? <AllThreats policy={policy} /> : null}
        </p>
      ) : null}
      {found.escalate === 'police' ? <PoliceAtHand found={found} /> : null}
      {forgets(found.item.account.platform) ? (
        <Forgotten found={found} />
      ) : danger !== 'risk' || finds(found, 'threat') ? (
        <p>What was written is kept here as evidence: don’t delete it on the platform.</p>
      ) : null}
    </div>
  )
}

const AtRisk = ({ found, policy }: { found: Case; policy: Policy }) => (
  <>
    <p>
      <TellLead /> Do not leave it for somebody else to see.
      {found.atRisk ? ' This will never be hidden or blocked, and the person is not sent the standard answer.' : null}
    </p>
    {finds(found, 'threat') ? (
      <p>
        A threat was found too: report it to <ForMps />. <AllThreats policy={policy} />
      </p>
    ) : null}
    <Help found={found} />
  </>
)

const ForMps = () => (
  <>the Parliamentary Liaison and Investigation Team (PLaIT), or to your force’s own contact for MPs</>
)

const AllThreats = ({ policy }: { policy: Policy }) =>
  policy.threatsToPolice === 'all' ? <>This office’s policy is to report all threats. </> : null

/** Where the platform wants it forgotten: how long the words will stand here, and how to keep them. */
const Forgotten = ({ found: { id, item } }: { found: Case }) => {
  if (item.blankedAt !== null) return null
  const name = platformName(item.account.platform)
  if (item.heldAt !== null)
    return <p>What was written is kept here as evidence, also if its author deletes it on {name}.</p>
  return (
    <p>
      Once its author deletes it on {name} and somebody has answered this case, the words go within a day, unless they
      are <a href={path(`/case/${id}`, { keep: '1' }, 'keep')}>kept as evidence</a>.
    </p>
  )
}

export const Findings = ({ found }: { found: Case }) => {
  const findings = weighed(found).sort((a, b) => b.score - a.score)
  if (findings.length === 0) return null
  return (
    <ul class="findings">
      {findings.map((finding) => {
        const { concern, score, gravity, reason, detector, version } = finding
        return (
          <li>
            <strong>{concernWords(concern)}:</strong> {reasonWords(reason, hasWords(found, finding))}{' '}
            <data class="faint" value={String(score)} title={`${detector} ${version}: ${score.toFixed(2)}`}>
              {confidence(score)}
              {concern === 'casework' || concern === 'at-risk' ? '' : `, ${gravity}`}
            </data>{' '}
            {findings.length > 1 ? <OwnWords found={found} finding={finding} /> : null}
          </li>
        )
      })}
    </ul>
  )
}

/** What the decision does not rest on: kept, so that a judge can be judged, and held against nobody. */
export const Excused = ({ found }: { found: Case }) => {
  const counting = weighed(found)
  const excused = found.item.findings.filter((finding) => !counting.includes(finding))
  if (excused.length === 0) return null
  return (
    <details>
      <summary>What rules noticed and context excused</summary>
      <p>Nothing of this counts: the sign is too faint, or the text as a whole reads as lawful.</p>
      <ul>
        {excused.map(({ concern, reason }) => (
          <li>
            {concernWords(concern)}: {reasonWords(reason, false)}
          </li>
        ))}
      </ul>
    </details>
  )
}

/** The published words, and whose they are: so that an answer rests on what the person could have read. */
export const Rules = ({ found, policy }: { found: Case; policy: Policy }) => (
  <>
    {found.clauses.map((id) => (
      <Rule id={id} found={found} policy={policy} />
    ))}
  </>
)

/** The first of the rules in the queue, where the whole quotation would push the next case away. */
export const RuleInShort = ({ found, policy }: { found: Case; policy: Policy }) => {
  const [id] = found.clauses
  const clause = found.policy === policy.id ? policy.clauses.find((one) => one.id === id) : undefined
  return clause === undefined ? null : (
    <p class="cites">
      “<Published clause={clause} />”
    </p>
  )
}

/** An entry of a published list reads only behind the sentence that leads into the list. */
const Published = ({ clause: { lead, words } }: { clause: Clause }) => (
  <>
    {lead === undefined ? null : `${lead} `}
    {words}
  </>
)

const Rule = ({ id, found, policy }: { id: string; found: Case; policy: Policy }) => {
  const clause = found.policy === policy.id ? policy.clauses.find((one) => one.id === id) : undefined
  if (clause === undefined)
    return (
      <p class="meta">
        Clause {id} of the policy “{found.policy}”, version {found.policyVersion}: it is no longer in force here.
      </p>
    )
  return (
    <figure class="rule">
      <blockquote>
        <p>
          <Published clause={clause} />
        </p>
      </blockquote>
      <figcaption>
        {policy.office}, “{clause.section}”, clause {id}, version {found.policyVersion}
        {found.policyVersion === policy.version ? null : ` (quoted from version ${policy.version}, in force now)`}
        {clause.ground ? null : '. It is not published as a ground for acting on social media'}.
      </figcaption>
    </figure>
  )
}

interface ProposedProps {
  found: Case
  policy: Policy
  farewell: Farewell | null
}

/** What is proposed, and what agreeing would really do here. */
export const Proposed = ({ found, policy, farewell }: ProposedProps) => {
  if (!isConnected(found))
    return isOpen(found) ? (
      <p class="aside">
        <strong>This account is no longer connected.</strong> Nothing can be done on it; what was written is kept.
      </p>
    ) : null
  const proposed = proposedFor(found)
  if (proposed.length === 0) return <OnlyByChange found={found} />
  const capabilities = capabilitiesOf(found.item.account)
  return (
    <ul class="proposed">
      {proposed.map(({ kind, otherwiseAt }) => {
        const { platform } = found.item.account
        return (
          <li>
            <strong>Proposed: {deed(kind).do}.</strong> <Meaning platform={platform} action={kind} />{' '}
            <span class="faint">
              {kind === 'hide' && found.item.goneAt !== null
                ? 'It is gone from the platform already, so there is nothing to hide.'
                : abilityWords(canDoTo(found.item, capabilities, kind), 'The tool does it once you agree.')}
            </span>
            {otherwiseAt === null ? null : (
              <p>
                <strong>Somebody has done it by hand on {platformName(platform)} already</strong>, as was seen there{' '}
                <When at={otherwiseAt} />. If you agree, that stands here too; if you dismiss it, take it back there.
              </p>
            )}
            {kind === 'block' ? <AroundBlock found={found} policy={policy} farewell={farewell} /> : null}
          </li>
        )
      })}
    </ul>
  )
}

/** What else a block sets in motion: the answer that goes before it, and the letter that somebody must write after it. */
const AroundBlock = ({ found, policy, farewell }: ProposedProps) => {
  const { now } = useContext(Clock)
  return (
    <>
      {saysFarewell(found, farewell, now) ? (
        <>
          <p>
            Before it, the person is sent the office’s standard answer: they had none in the last{' '}
            {counted(farewell.everyDays, 'day')}. (Nobody who seemed to be at risk lately is sent it.)
            <OwnMeaning platform={found.item.account.platform} action="redirect" />
          </p>
          <details>
            <summary>Read the standard answer</summary>
            <p class="how">{farewell.letter.text}</p>
          </details>
        </>
      ) : null}
      {policy.informInWriting === 'will' ? (
        <p>Then somebody in the office must write the letter that the policy promises: the tool does not.</p>
      ) : null}
    </>
  )
}

/** Nothing is proposed about an abusive message, and something can be done all the same. */
const OnlyByChange = ({ found }: { found: Case }) => {
  if (!isOpen(found) || found.atRisk || found.lane === null || !isHarmfulMessage(found)) return null
  const capabilities = capabilitiesOf(found.item.account)
  const can = (['mute', 'block'] as const).filter((kind) => canDoTo(found.item, capabilities, kind) !== 'impossible')
  const possible = found.item.authorId === null ? can.filter((kind) => kind === 'block') : can
  return (
    <p class="aside">
      A message can’t be hidden. {possible.length === 0 ? null : `You can ${possible.join(' or ')} under Change.`}
    </p>
  )
}

export function actionWords(action: Pick<Action, 'kind' | 'undoOf'>): string {
  const does = deed(action.kind).do
  return action.undoOf === null ? sentence(does) : `Undo: ${does}`
}

/** What became of it; and whether somebody took it back since, on the platform itself. */
export const ActionState = ({ action: { state, otherwiseAt } }: { action: Action }) =>
  state === 'done' && otherwiseAt !== null ? (
    <span class="state manual">Done, and taken back by hand</span>
  ) : (
    <span class={`state ${state}`}>{stateWords(state)}</span>
  )

/** What was ordered or done, in a line. */
export const DoneLine = ({ found }: { found: Case }) => {
  const begun = found.actions.filter(({ state }) => state !== 'proposed' && state !== 'dropped')
  if (begun.length === 0) return null
  return (
    <ul class="begun">
      {begun.map((action) => (
        <li>
          {actionWords(action)}: <ActionState action={action} />
        </li>
      ))}
    </ul>
  )
}
