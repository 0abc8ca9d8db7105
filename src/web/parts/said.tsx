import { coarseWords, tellingWords } from '../../../moderation/coarse.ts'
import type { Span } from '../../../moderation/model.ts'
import { weighed } from '../../danger.ts'
import { type Case, isNameless } from '../../store/index.ts'
import { isWithheld, noteShown } from '../withholding.ts'
import { Day } from './clock.tsx'
import { additions, isSame } from './differences.ts'
import { blocks, type Piece, pieces } from './masks.ts'
import { Ask, partId, useReader } from './reader.tsx'
import { reordering } from './segments.ts'

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

interface WordsProps {
  text: string
  /** What the findings rest on. */
  flagged?: readonly Span[]
  /** What is not shown as it is. */
  masked?: readonly Span[]
}

const Words = ({ text, flagged = [], masked = [] }: WordsProps) => (
  <p class={masked.length === 0 ? 'words' : 'words masked'} dir="auto">
    <Pieces of={pieces(text, masked, flagged)} />
  </p>
)

const Pieces = ({ of }: { of: readonly Piece[] }) => (
  <>
    {of.map(({ text, flagged, mask }) => {
      const shown = mask === null ? <Plain text={text} /> : <MaskedWord mask={mask} />
      return flagged ? <mark>{shown}</mark> : shown
    })}
  </>
)

/** For eyes a letter and blocks; for ears two words. */
const MaskedWord = ({ mask }: { mask: string }) => (
  <>
    <span class="unseen">[masked word]</span>
    <span class="mask" aria-hidden="true">
      {mask}
    </span>
  </>
)

interface HardProps {
  /** An id that stands for the text: it is asked for, and counted, by it. */
  what: string
  text: string
  flagged?: readonly Span[]
  /** Stretches whose telling words hurt, beside all coarse words. */
  hurts?: readonly Span[]
  /** A rule of the office forbids something of it: whoever wants texts masked whole is not shown this one. */
  breach?: boolean
  /** Somebody may be at risk: read at once, since masks would cost time. */
  urgent?: boolean
  /** The key that shows it. */
  letter?: string
}

/**
 * A text that may be hard to read, as the reader wants it: with its coarse words masked, masked whole, or as it is.
 *
 * What is masked is not in the page at all, rather than there and hidden: neither a glance, nor a screen reader, nor a search
 * in the page meets it by accident. And whoever asks for it asks the server, which is how it knows what they have met.
 */
const Hard = ({ what, text, flagged = [], hurts = [], breach = false, urgent = false, letter }: HardProps) => {
  const { mask, asked, met } = useReader()
  const masked = [...coarseWords(text), ...tellingWords(text, hurts)]
  const isWhole = mask === 'whole' && (breach || masked.length > 0)
  if (!urgent && !isWhole && masked.length === 0) return <Words text={text} flagged={flagged} />
  if (urgent || mask === 'nothing') {
    met({ what, kind: 'unmasked' })
    return <Words text={text} flagged={flagged} />
  }
  const open = asked.has(what)
  if (open) met({ what, kind: 'words' })
  return (
    <div class="said" id={partId(what)}>
      {open ? (
        <Words text={text} flagged={flagged} />
      ) : isWhole ? (
        <p class="words masked">
          <span class="unseen">[masked text]</span>
          <span class="mask" aria-hidden="true">
            {blocks(text)}
          </span>
        </p>
      ) : (
        <Words text={text} flagged={flagged} masked={masked} />
      )}
      <Ask
        part={what}
        open={open}
        does={open ? HIDE : isWhole ? 'Show the text' : 'Show the masked words'}
        letter={letter}
      />
    </div>
  )
}

const HIDE = 'Mask it again'

/** A few words in a line, that nobody has to read to decide: coarse ones stay masked. */
export const Spared = ({ children: text }: { children: string }) => {
  const { mask } = useReader()
  const masked = mask === 'nothing' ? [] : coarseWords(text)
  return (
    <bdi dir="auto">
      <Pieces of={pieces(text, masked, [])} />
    </bdi>
  )
}

type Found = Case['item']['findings'][number]

const spansOf = ({ spans }: Found): Span[] => spans as unknown as Span[]

/** These rest on words that hurt to read; without spans, any of the text may be the hurtful one. */
const WORDED = ['abuse', 'discrimination', 'threat', 'third-party-abuse']
const HARMLESS = ['at-risk', 'casework']

function hurtful(found: Case): Span[] {
  const { text } = found.item
  return weighed(found).flatMap((finding) => {
    const spans = spansOf(finding)
    if (WORDED.includes(finding.concern) && spans.length === 0) return [{ start: 0, end: text.length }]
    return WORDED.includes(finding.concern) || finding.concern === 'graphic-imagery' ? spans : []
  })
}

const isBreach = (found: Case): boolean => weighed(found).some(({ concern }) => !HARMLESS.includes(concern))

/** The stored text has the original's length and offsets; what no page can hold stands in it as a visible stand-in. */
export const Said = ({ found }: { found: Case }) => {
  const { item, atRisk } = found
  if (isWithheld(item)) return <InPrivate />
  noteShown(item)
  if (item.blankedAt !== null) return <Removed item={item} />
  if (item.text === '') return <p class="words none">No words.</p>
  const flagged = weighed(found).flatMap(spansOf)
  return (
    <Hard
      what={item.id}
      text={item.text}
      flagged={flagged}
      hurts={hurtful(found)}
      breach={isBreach(found)}
      urgent={atRisk}
      letter="s"
    />
  )
}

/** A text like another that stands on the same page: what is new in it is marked, and what is the same is not shown again. */
export const SaidLike = ({ found, first }: { found: Case; first: Case }) => {
  const { item } = found
  if (item.blankedAt !== null) return <Removed item={item} />
  if (isSame(item.text, first.item.text)) return <p class="words none">Word for word the same.</p>
  return (
    <Hard
      what={item.id}
      text={item.text}
      flagged={additions(item.text, first.item.text)}
      hurts={hurtful(found)}
      breach={isBreach(found)}
    />
  )
}

/** The words that one finding rests on, told apart from those of the others; masked where the text is. */
export const OwnWords = ({ found, finding }: { found: Case; finding: Found }) => {
  const { mask, asked, met } = useReader()
  const { id, text } = found.item
  const masks = [...coarseWords(text), ...tellingWords(text, hurtful(found))]
  const isWhole = mask === 'whole' && isBreach(found)
  const isAsked = asked.has(id) || asked.has(finding.id)
  const open = found.atRisk || mask === 'nothing' || isAsked || (!isWhole && masks.length === 0)
  const own = runs(pieces(text, open ? [] : masks, spansOf(finding)))
  if (own.length === 0) return null
  const quoted = own.map((run, n) => (
    <>
      {n === 0 ? null : ', '}“
      <bdi dir="auto">
        <Pieces of={run.map((piece) => ({ ...piece, flagged: false }))} />
      </bdi>
      ”
    </>
  ))
  if (found.atRisk || !isWhole) return <span class="own">{quoted}</span>
  if (isAsked) met({ what: id, kind: 'words' })
  return (
    <div class="own" id={partId(finding.id)}>
      {isAsked ? <p>{quoted}</p> : null}
      <Ask part={finding.id} open={asked.has(finding.id)} does={isAsked ? 'Hide its words' : 'Show its words'} />
    </div>
  )
}

/** The flagged pieces, each with those that stand next to it. */
function runs(of: readonly Piece[]): Piece[][] {
  const all: Piece[][] = [[]]
  for (const piece of of) {
    if (piece.flagged) all.at(-1)?.push(piece)
    else all.push([])
  }
  return all.filter((run) => run.length > 0)
}

/** Does it rest on words of the text that can still be read? */
export const hasWords = (found: Case, finding: Found): boolean =>
  found.item.blankedAt === null && spansOf(finding).length > 0

type Kept = Pick<Case['item'], 'id' | 'kind' | 'text' | 'blankedAt' | 'goneAt'>

/** What stands where somebody may not read what was written in private. */
export const InPrivate = () => <p class="words none">A private message: you may not read it.</p>

/** What stands where the words stood, once they were taken out; nothing while they are kept. */
export const Removed = ({ item: { blankedAt, goneAt } }: { item: Pick<Kept, 'blankedAt' | 'goneAt'> }) => {
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
export const Beside = ({ item, kind }: { item: Kept; kind: boolean }) => {
  if (isWithheld(item)) return <InPrivate />
  if (item.blankedAt !== null) return <Removed item={item} />
  noteShown(item)
  return <Around what={item.id} text={item.text} kind={kind} />
}

interface AroundProps {
  what: string
  text: string
  /** False where it may hurt: then it waits to be unfolded, and masks stand even there. */
  kind: boolean
}

/** Words around the case. */
export const Around = ({ what, text, kind }: AroundProps) => {
  const { mask, asked } = useReader()
  if (kind || mask !== 'letters') return <Hard what={what} text={text} breach={!kind} />
  return (
    <details class="said" open={asked.has(what)}>
      <summary>
        <span class="when-shut">Unfold the text</span>
        <span class="when-open">Fold the text</span>
      </summary>
      <Hard what={what} text={text} />
    </details>
  )
}

/**
 * Who wrote it; null where the platform withholds it. A name that was removed leaves no empty handle behind. The handle is
 * shown as it is, since it is an address that staff have to find.
 */
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
            <Spared>{author.displayName}</Spared>
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
