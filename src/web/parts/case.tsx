import type { Policy } from '../../../moderation/policy.ts'
import { type Case, capabilitiesOf } from '../../store/index.ts'
import type { Action } from '../deps.ts'
import { When } from './clock.tsx'
import { Writer } from './said.tsx'
import {
  abilityWords,
  canDo,
  concernWords,
  confidence,
  deed,
  kindWords,
  laneWords,
  platformName,
  sentence,
  stateWords,
} from './words.ts'

/** The parts that a card in the queue and the whole page of a case share. */

export const Who = ({ found }: { found: Case }) => {
  const { item } = found
  return (
    <>
      {kindWords(item.kind)} on {platformName(item.account.platform)} from <Writer author={item.author} />
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
  </p>
)

export const LaneTag = ({ lane }: { lane: string | null }) =>
  lane === null ? null : <span class={`tag ${lane}`}>{laneWords(lane).name}</span>

/** What to do for people in danger: the same words wherever such a case is shown. */
export const Banner = ({ found, policy }: { found: Case; policy: Policy }) => {
  if (found.escalate === 'safeguarding')
    return (
      <div class="banner risk">
        <p>
          <strong>If anybody may be in immediate danger, call 999 now.</strong>
        </p>
        <p>
          Tell the office’s safeguarding lead, whatever the hour. Do not leave it for somebody else to see. This will
          never be hidden or blocked, and the person is not sent the standard answer.
        </p>
      </div>
    )
  if (found.escalate === 'police')
    return (
      <div class="banner police">
        <p>
          <strong>If anybody may be in immediate danger, call 999 now.</strong>
        </p>
        <p>
          Report every other threat to the Parliamentary Liaison and Investigation Team, or to your force’s own contact
          for MPs. {policy.threatsToPolice === 'all' ? 'This office’s policy is to report all threats. ' : null}
          What was written is kept here as evidence: don’t delete it on the platform.
        </p>
      </div>
    )
  return null
}

export const Findings = ({ found }: { found: Case }) => {
  const { findings } = found.item
  if (findings.length === 0) return null
  return (
    <ul class="findings">
      {[...findings]
        .sort((a, b) => b.score - a.score)
        .map(({ concern, score, gravity, reason, detector, version }) => (
          <li>
            <strong>{concernWords(concern)}:</strong> {reason}{' '}
            <data class="faint" value={String(score)} title={`${detector} ${version}: ${score.toFixed(2)}`}>
              {confidence(score)}
              {concern === 'casework' || concern === 'at-risk' ? '' : `, ${gravity}`}
            </data>
          </li>
        ))}
    </ul>
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
  return clause === undefined ? null : <p class="cites">“{clause.words}”</p>
}

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
        <p>{clause.words}</p>
      </blockquote>
      <figcaption>
        {policy.office}, “{clause.section}”, clause {id}, version {found.policyVersion}
        {found.policyVersion === policy.version ? null : ` (quoted from version ${policy.version}, in force now)`}
        {clause.ground ? null : '. It is not published as a ground for acting on social media'}.
      </figcaption>
    </figure>
  )
}

/** What is proposed, and what agreeing would really do here. */
export const Proposed = ({ found }: { found: Case }) => {
  const proposed = found.actions.filter(({ state }) => state === 'proposed')
  if (proposed.length === 0) return null
  const capabilities = capabilitiesOf(found.item.account)
  return (
    <ul class="proposed">
      {proposed.map(({ kind }) => {
        const { do: does, means } = deed(kind)
        return (
          <li>
            <strong>Proposed: {does}.</strong> {means}{' '}
            <span class="faint">{abilityWords(canDo(capabilities, kind, found.item.kind))}</span>
          </li>
        )
      })}
    </ul>
  )
}

export function actionWords(action: Pick<Action, 'kind' | 'undoOf'>): string {
  const does = deed(action.kind).do
  return action.undoOf === null ? sentence(does) : `Undo: ${does}`
}

/** What was ordered or done, in a line. */
export const DoneLine = ({ found }: { found: Case }) => {
  const begun = found.actions.filter(({ state }) => state !== 'proposed' && state !== 'dropped')
  if (begun.length === 0) return null
  return (
    <ul class="begun">
      {begun.map((action) => (
        <li>
          {actionWords(action)}: <span class={`state ${action.state}`}>{stateWords(action.state)}</span>
        </li>
      ))}
    </ul>
  )
}
