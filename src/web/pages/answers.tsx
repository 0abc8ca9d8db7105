import { Hono } from 'hono'
import { mayGoBack } from '../answers.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { GivenAnswer } from '../parts/answering.tsx'
import { DoneLine, Who } from '../parts/case.tsx'
import { Empty, show } from '../parts/layout.tsx'

const MOST = 50

type Reviewed = Awaited<ReturnType<ConsoleParts['store']['queue']['reviewed']>>[number]

/** What everybody answered lately, with the way back. */
export function answersPage(parts: ConsoleParts): Hono<Env> {
  return new Hono<Env>().get('/answers', async (c) => {
    const reviews = await parts.store.queue.reviewed(null, MOST)
    return show(
      c,
      parts,
      { title: 'Answers', at: '/answers' },
      <>
        <h1>Answers</h1>
        <p class="hint-line">The last {MOST} answers of all colleagues. Each can be taken back.</p>
        {reviews.length === 0 ? <Empty>Nobody has answered anything yet.</Empty> : null}
        <ol class="rows">
          {reviews.map((review) => (
            <li class="card">
              <h2 id={`review-${review.id}`}>
                <a href={`/case/${review.decisionId}`}>
                  <Who found={review.decision} />
                </a>
              </h2>
              <p>
                <GivenAnswer review={review} me={c.var.staff.id} />
              </p>
              <DoneLine found={review.decision} />
              {isLast(review) && mayGoBack(review.decision) ? (
                <form method="post" action={`/review/${review.id}/undo`}>
                  <button aria-describedby={`review-${review.id}`}>Undo</button>
                </form>
              ) : null}
            </li>
          ))}
        </ol>
      </>,
    )
  })
}

/** Of a case that was answered in parts, the last part is taken back first. */
const isLast = ({ id, decision }: Reviewed): boolean =>
  decision.reviews.findLast(({ undoneAt }) => undoneAt === null)?.id === id
