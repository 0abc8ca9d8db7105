import type { Span } from '../../../moderation/model.ts'
import { weighed } from '../../danger.ts'
import { type Case, isNameless } from '../../store/index.ts'
import { Day } from './clock.tsx'
import { blocks, reordering, segments } from './segments.ts'

/** Everything a stranger wrote is shown through these: as text, in its own direction, never as a link. */

/** A stretch of a stranger's words. Isolated, so that it can't reorder ours around it. */
export const Theirs = ({ children }: { children: string }) => (
  <bdi dir="auto">
    <Plain text={children} />
  </bdi>
)

const Plain = ({ text }: { text: string }) => (
  <>
    {reordering(text).map(({ text: part, control }) => (control ? <Control code={part.codePointAt(0) ?? 0} /> : part))}
  </>
)

const Control = ({ code }: { code: number }) => (
  <span class="control" title="An invisible character that reorders text">
    {`U+${code.toString(16).toUpperCase()}`}
  </span>
)

const Whole = ({ text, spans = [] }: { text: string; spans?: readonly Span[] }) => (
  <p class="words" dir="auto">
    {segments(text, spans).map(({ text: part, flagged }) =>
      flagged ? (
        <mark>
          <Plain text={part} />
        </mark>
      ) : (
        <Plain text={part} />
      ),
    )}
  </p>
)

const Masked = ({ text, spans }: { text: string; spans: readonly Span[] }) => (
  <p class="words masked" dir="auto">
    {segments(text, spans).map(({ text: part, flagged }) =>
      flagged ? (
        <>
          <span class="unseen">[hidden]</span>
          <span class="mask" aria-hidden="true">
            {blocks(part)}
          </span>
        </>
      ) : (
        <Plain text={part} />
      ),
    )}
  </p>
)

type Found = Case['item']['findings'][number]

const spansOf = ({ spans }: Found): Span[] => spans as unknown as Span[]

/** These rest on what was written; without spans, any of its words may be the hurtful one. */
const WORDED = ['abuse', 'discrimination', 'threat', 'graphic-imagery', 'third-party-abuse']
const HARMLESS = ['at-risk', 'casework']

/**
 * What is hidden until somebody asks: the words the findings rest on, or all of them where a finding names none.
 * Null where nothing needs hiding. Somebody at risk is read at once: hiding it would cost time.
 */
function hidden(found: Case): Span[] | null {
  if (found.atRisk) return null
  const breaches = weighed(found).filter(({ concern }) => !HARMLESS.includes(concern))
  const spans = breaches.flatMap(spansOf)
  const unnamed = breaches.some((finding) => WORDED.includes(finding.concern) && spansOf(finding).length === 0)
  if (unnamed) return [{ start: 0, end: found.item.text.length }]
  return spans.length === 0 ? null : spans
}

/** The stored text has the original's length and offsets; what no page can hold stands in it as a visible stand-in. */
export const Said = ({ found }: { found: Case }) => {
  const { item } = found
  const mask = hidden(found)
  const spans = weighed(found).flatMap(spansOf)
  if (item.blankedAt !== null) return <Removed item={item} />
  if (item.text === '') return <p class="words none">No words.</p>
  if (mask === null) return <Whole text={item.text} spans={spans} />
  return (
    <div class="said">
      <details>
        <summary data-key="s">
          <span class="when-shut">Show the text</span>
          <span class="when-open">Hide the text</span>
        </summary>
        <Whole text={item.text} spans={spans} />
      </details>
      <Masked text={item.text} spans={mask} />
    </div>
  )
}

/** The words that one finding rests on, told apart from those of the others; hidden where the text is. */
export const OwnWords = ({ found, finding }: { found: Case; finding: Found }) => {
  const own = segments(found.item.text, spansOf(finding)).filter(({ flagged }) => flagged)
  if (own.length === 0) return null
  const quoted = own.map(({ text }, n) => (
    <>
      {n === 0 ? null : ', '}“<Theirs>{text}</Theirs>”
    </>
  ))
  if (hidden(found) === null) return <span class="own">{quoted}</span>
  return (
    <details class="own">
      <summary>
        <span class="when-shut">Show its words</span>
        <span class="when-open">Hide its words</span>
      </summary>
      <p>{quoted}</p>
    </details>
  )
}

/** Does it rest on words of the text that can still be read? */
export const hasWords = (found: Case, finding: Found): boolean =>
  found.item.blankedAt === null && spansOf(finding).length > 0

type Kept = Pick<Case['item'], 'text' | 'blankedAt' | 'goneAt'>

/** What stands where the words stood, once they were taken out; nothing while they are kept. */
export const Removed = ({ item: { blankedAt, goneAt } }: { item: Omit<Kept, 'text'> }) => {
  if (blankedAt === null) return null
  return (
    <p class="words none">
      {goneAt === null
        ? 'The words were removed'
        : 'Deleted by its author, or no longer public; the words were removed'}{' '}
      on <Day at={blankedAt} />
      {goneAt === null ? ', as the office has decided to keep them no longer.' : ', as the platform’s rules want.'}
    </p>
  )
}

/** Another item beside the case: its words, or what became of them. */
export const Beside = ({ item, kind }: { item: Kept; kind: boolean }) =>
  item.blankedAt === null ? <Around text={item.text} kind={kind} /> : <Removed item={item} />

/** Words around the case. `kind` is false where they may hurt: then they wait to be asked for. */
export const Around = ({ text, kind }: { text: string; kind: boolean }) =>
  kind ? (
    <Whole text={text} />
  ) : (
    <details class="said">
      <summary>
        <span class="when-shut">Show the text</span>
        <span class="when-open">Hide the text</span>
      </summary>
      <Whole text={text} />
    </details>
  )

/** Who wrote it; null where the platform withholds it. A name that was removed leaves no empty handle behind. */
export const Writer = ({ author }: { author: Case['item']['author'] }) =>
  author === null ? (
    <span>somebody the platform does not name</span>
  ) : isNameless(author) ? (
    <span>somebody whose account details were removed</span>
  ) : (
    <>
      {author.displayName ? (
        <>
          <strong>
            <Theirs>{author.displayName}</Theirs>
          </strong>{' '}
        </>
      ) : null}
      <span class="handle">
        <Theirs>{author.handle}</Theirs>
      </span>
    </>
  )

/** A way to the platform; only http and https are ever followed. */
export const Out = ({ href, children }: { href: string | null; children: string }) => {
  const scheme = href !== null && URL.canParse(href) ? new URL(href).protocol : null
  if (href === null || (scheme !== 'https:' && scheme !== 'http:')) return null
  return (
    <a href={href} rel="noreferrer noopener" target="_blank">
      {children}
      <span class="unseen"> (opens a new tab)</span>
    </a>
  )
}
