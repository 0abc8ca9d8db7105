import type { Sight } from '../../../moderation/sight.ts'
import { type Case, sightIn } from '../../store/index.ts'
import { Ask, partId, useReader } from './reader.tsx'
import { Spared, Theirs } from './said.tsx'

type Picture = Case['item']['pictures'][number]

/** Blurred and grey until asked for, one by one, behind what can be said of them in words. */
export const Pictures = ({ pictures }: { pictures: Picture[] }) =>
  pictures.length === 0 ? null : (
    <>
      <ul class="pictures">
        {pictures.map((picture, n) => (
          <li>
            {picture.state === 'kept' ? (
              <>
                <Blurred picture={picture} n={n + 1} />
                <Matched sight={sightIn(picture.sight)} />
                <Care picture={picture} n={n + 1} />
              </>
            ) : (
              <p class="faint">
                Picture {n + 1}: {ABSENT[picture.state]}
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  )

/** Kinds that can move: shown standing still, until somebody asks once more. */
const MOVING = ['image/gif', 'image/webp', 'image/avif', 'image/png']

const Blurred = ({ picture: { id, alt, sight, type }, n }: { picture: Picture; n: number }) => {
  const { asked, met } = useReader()
  const open = asked.has(id)
  if (open) met({ what: id, kind: 'picture' })
  return (
    <div id={partId(id)} class={open ? 'picture' : 'picture blurred'}>
      <p class="faint">
        {alt ? (
          <>
            Its author’s description: “<Spared>{alt}</Spared>”.{' '}
          </>
        ) : null}
        {sightWords(sightIn(sight))}
      </p>
      <img src={`/picture/${id}`} alt={`Picture ${n} that came with it${open ? '' : ', blurred'}`} loading="lazy" />
      <div class="links">
        <Ask part={id} open={open} does={open ? `Blur picture ${n} again` : `Show picture ${n}`} />
        {open && MOVING.includes(type ?? '') ? (
          <a href={`/picture/${id}?moving=1`} target="_blank" rel="noreferrer">
            Let it move, if it does
            <span class="unseen"> (opens a new tab)</span>
          </a>
        ) : null}
      </div>
    </div>
  )
}

const ABSENT: Record<string, string> = {
  waiting: 'still being fetched.',
  lost: 'it was gone before it could be kept.',
  erased: 'erased here, since somebody suspected that it shows the abuse of a child.',
}

/** What the tool can say of a picture, and what it can't: nobody should rely on its silence. */
function sightWords(sight: Sight | null): string {
  if (sight === null) return 'The tool has not looked at it.'
  switch (sight.refused) {
    case 'too-large':
    case 'too-slow':
      return 'The tool could not look at it: it is made so that opening it takes too much. Take care.'
    case 'unreadable':
    case 'unknown-kind':
    case 'erased':
      return 'The tool could not look at it: it is broken, or of a kind it does not read.'
    case null:
      break
  }
  if (sight.nudity === null) return 'The tool did not search it for nudity, and can’t recognise blood or violence.'
  const found = Math.max(sight.nudity.photograph, sight.nudity.drawing) >= 0.7
  const said = found ? 'The tool takes it for sexual.' : 'The tool saw nothing sexual on it.'
  return `${said} It can’t recognise blood or violence.`
}

const Matched = ({ sight }: { sight: Sight | null }) =>
  sight?.match == null ? null : (
    <p class="faint">
      {sight.match.kind === 'never' ? 'Staff said that it is harmless: ' : 'Known: '}
      <Theirs>{sight.match.title}</Theirs>
    </p>
  )

/** What staff can do about the picture itself, whatever becomes of the item. */
const Care = ({ picture: { id, sight }, n }: { picture: Picture; n: number }) => {
  const isKnowable = (sightIn(sight)?.hashes.length ?? 0) > 0
  return (
    <details>
      <summary>About picture {n} …</summary>
      {isKnowable ? (
        <form method="post" action="/pictures/add-from-case">
          <input type="hidden" name="from" value={id} />
          <fieldset>
            <legend>If it comes again</legend>
            <label>
              <input type="radio" name="kind" value="unwanted" checked />
              <span>Find it, as a graphic picture</span>
            </label>
            <label>
              <input type="radio" name="kind" value="never" />
              <span>It is harmless: never find it</span>
            </label>
          </fieldset>
          <label class="field">
            <span>What it shows, in a few words</span>
            <input name="title" maxlength={200} required />
          </label>
          <button>Know it again</button>
        </form>
      ) : null}
      <ChildAbuse />
      <p>
        <a href={`/pictures/${id}/erase`}>Erase picture {n} here</a>
      </p>
    </details>
  )
}

/** In the United Kingdom it is an offence to make, keep or pass on such a picture, for staff too. */
export const ChildAbuse = () => (
  <div class="aside">
    <p>
      <strong>If it may show the sexual abuse of a child:</strong> look no further, show it to nobody, and don’t save,
      print or forward it, not even to the police.
    </p>
    <ol>
      <li>If a child may be in danger now, call 999.</li>
      <li>
        Report the post’s address to the Internet Watch Foundation, report.iwf.org.uk, and to the police by 101. Tell
        the office’s safeguarding lead.
      </li>
      <li>Then erase the picture here. The tool never sends it anywhere, and knows nobody’s age.</li>
    </ol>
  </div>
)
