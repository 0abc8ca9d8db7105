import type { Case } from '../../store/index.ts'
import { LaneTag, Sent, Who } from './case.tsx'
import { cardId } from './place.ts'
import { InPrivate } from './said.tsx'
import { laneWords } from './words.ts'

/** What somebody sees of a private message that is not for them: that it waits, where, and who has to see to it. */
export const PrivateCase = ({ found, whole = false }: { found: Case; whole?: boolean }) => {
  const heading = `who-${found.id}`
  const Heading = whole ? 'h1' : 'h2'
  const danger = found.lane === 'risk' || found.lane === 'police'
  return (
    <article class={whole ? 'card whole' : 'card'} id={cardId(found)} data-case tabindex={0} aria-labelledby={heading}>
      <header>
        <Heading id={heading}>
          <Who found={found} />
        </Heading>
        <LaneTag lane={found.lane} />
        <Sent found={found} />
      </header>
      {danger && found.lane !== null ? (
        <div class={`banner ${found.lane}`}>
          <p>
            <strong>{laneWords(found.lane).name}:</strong> call a colleague who may read private messages, now.
          </p>
        </div>
      ) : null}
      <InPrivate />
      <p class="faint">
        Private messages are for colleagues who are “senior” or “data lead”: they read it, and decide what becomes of
        it.
      </p>
    </article>
  )
}
