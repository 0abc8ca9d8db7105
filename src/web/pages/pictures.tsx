import { type Context, Hono } from 'hono'
import { BREACHES, type Breach } from '../../../moderation/model.ts'
import { nearest } from '../../classifiers/images/hash.ts'
import { hashesOf } from '../../classifiers/images/sight.ts'
import { LARGEST } from '../../pictures.ts'
import { KNOWN_KINDS, type KnownKind, type KnownRow } from '../../store/index.ts'
import type { ConsoleParts, Env } from '../deps.ts'
import { needs } from '../guard.ts'
import { type Form, field, line, text } from '../parts/form.ts'
import { AddForm, Field, HeldBy, KindField, KnownList, LONGEST_NAME, NameField } from '../parts/known-list.tsx'
import { Empty, Sorry, Status, show } from '../parts/layout.tsx'
import { ChildAbuse } from '../parts/pictures.tsx'
import { ID, isId } from '../parts/place.ts'
import { concernWords } from '../parts/words.ts'
import { faultOf, type RefusedWork, readWork, WorkForm, WorkList } from '../parts/works.tsx'

/** The pictures and texts that are to be known again, and what to do about one that nobody may keep. */
export function picturesPage(parts: ConsoleParts): Hono<Env> {
  const { store, examiner, portrayed, now } = parts
  const pages = new Hono<Env>()

  pages.get('/pictures', needs('data'), (c) => showPictures(c, parts))

  pages.post('/pictures/add', needs('data'), async (c) => {
    const form = await c.req.parseBody()
    const wanted = readWanted(form)
    const { kind } = wanted
    const refuse = (error: string) => showPictures(c, parts, { picture: { ...wanted, error } })
    if (kind === null) return refuse(NO_KIND)
    const fault = faultOfWanted(wanted)
    if (fault !== null) return refuse(fault)
    const { picture } = form
    if (!(picture instanceof File) || picture.size === 0) return refuse('Choose a picture.')
    if (picture.size > LARGEST) return refuse('That file is larger than 5 MB. Make the picture smaller.')
    const looked = await examiner?.look(new Uint8Array(await picture.arrayBuffer()), 'fingerprint')
    if (looked?.is !== 'seen') return refuse(NOT_SEEN[looked?.is === 'refused' ? looked.why : 'failed'])
    const hashes = hashesOf(looked.frames)
    if (hashes.length === 0) return refuse(TOO_PLAIN)
    const other = listedElsewhere(kind, hashes, await store.known.all())
    if (other !== null) return refuse(other)
    await store.known.add({ ...wanted, kind, hashes }, c.var.staff.id, now())
    if (isPortrait(kind)) await portrayed?.()
    return c.redirect('/pictures?added=1', 303)
  })

  /** From a case: the picture is here already, and so is its fingerprint. */
  pages.post('/pictures/add-from-case', needs('data'), async (c) => {
    const form = await c.req.parseBody()
    const wanted = readWanted(form)
    const id = field(form, 'from')
    const picture = isId(id) ? await store.pictures.find(id) : null
    if (picture === null) return c.notFound()
    const sorry = (why: string) =>
      show(
        c,
        parts,
        { title: 'It can’t be added', status: 422, at: '/pictures' },
        <Sorry heading="It can’t be added" to={`/item/${picture.itemId}`} way="Back to the case">
          <p>{why}</p>
        </Sorry>,
      )
    const { kind } = wanted
    if (kind === null) return sorry(NO_KIND)
    const fault = faultOfWanted(wanted)
    if (fault !== null) return sorry(fault)
    if (picture.sight === null || picture.sight.refused !== null) return sorry(NOT_SEEN.failed)
    if (picture.sight.hashes.length === 0) return sorry(TOO_PLAIN)
    const { hashes } = picture.sight
    const other = listedElsewhere(kind, hashes, await store.known.all())
    if (other !== null) return sorry(other)
    await store.known.add({ ...wanted, kind, hashes }, c.var.staff.id, now())
    if (isPortrait(kind)) await portrayed?.()
    return c.redirect('/pictures?added=1', 303)
  })

  pages.post(`/pictures/${ID}/remove`, needs('data'), async (c) => {
    const id = c.req.param('id')
    const row = await store.known.find(id)
    if (row === null) return c.notFound()
    await store.known.remove(id, c.var.staff.id, now())
    if (isPortrait(row.kind)) await portrayed?.()
    return c.redirect('/pictures?removed=1', 303)
  })

  pages.post('/pictures/texts/add', needs('data'), async (c) => {
    const given = readWork(await c.req.parseBody())
    const refuse = (error: string) => showPictures(c, parts, { text: { ...given, error } })
    const fault = faultOf(given)
    if (fault !== null) return refuse(fault)
    const added = await store.works.add(given, c.var.staff.id, now())
    return added ? c.redirect('/pictures?added=1', 303) : refuse('That text is registered already.')
  })

  pages.post(`/pictures/texts/${ID}/remove`, needs('data'), async (c) => {
    await store.works.remove(c.req.param('id'), c.var.staff.id, now())
    return c.redirect('/pictures?removed=1', 303)
  })

  pages.get(`/pictures/${ID}/erase`, needs('answer'), async (c) => {
    const picture = await store.pictures.find(c.req.param('id'))
    if (picture === null) return c.notFound()
    return show(
      c,
      parts,
      { title: 'Erase this picture', at: '/' },
      <>
        <h1>Erase this picture here?</h1>
        <ChildAbuse />
        <p>
          Its bytes are erased from this program’s database, for good: nobody can show it here again. When it came, from
          whom, its address and its hash stay, for the police. It is not taken down on the platform, where it is the
          evidence: report it first.
        </p>
        <form method="post" action={`/pictures/${picture.id}/erase`} class="buttons">
          <button name="sure" value="yes" class="main">
            Erase it here
          </button>
        </form>
        <p class="links">
          <a href={`/item/${picture.itemId}`}>Leave it as it is</a>
        </p>
      </>,
    )
  })

  pages.post(`/pictures/${ID}/erase`, needs('answer'), async (c) => {
    const id = c.req.param('id')
    if (field(await c.req.parseBody(), 'sure') !== 'yes') return c.redirect(`/pictures/${id}/erase`, 303)
    const picture = await store.pictures.find(id)
    if (picture === null) return c.notFound()
    await store.pictures.erase(id, c.var.staff.id, now())
    return c.redirect(`/item/${picture.itemId}`, 303)
  })

  return pages
}

interface Wanted {
  /** Nothing is chosen for anybody: a portrait would be entered as a graphic picture. */
  kind: KnownKind | null
  title: string
  breach: Breach | null
  holder: string | null
  note: string | null
}

type RefusedPicture = Wanted & { error: string }

/** What doesn't belong to its kind is left out. */
function readWanted(form: Form): Wanted {
  const kind = KNOWN_KINDS.find((one) => one === field(form, 'kind')) ?? null
  const breach = BREACHES.find((one) => one === field(form, 'breach')) ?? 'graphic-imagery'
  return {
    kind,
    title: line(form, 'title', LONGEST_NAME),
    breach: kind === 'unwanted' ? breach : null,
    holder: kind === 'ours' ? line(form, 'holder', LONGEST_NAME) || null : null,
    note: text(form, 'note', 1000).trim() || null,
  }
}

const NO_KIND = 'Choose what it is.'

/** Why it can't be added, whatever the picture is; null if it can. */
function faultOfWanted({ kind, title, holder }: Wanted): string | null {
  if (title === '') return 'Write what it is, so that colleagues know it in this list.'
  return kind === 'ours' && holder === null ? 'Write who holds the rights in the work.' : null
}

/**
 * A picture on two lists would be two things at once. Only what is harmless may look like something else that is listed, which
 * it was taken for, as long as it isn't that very picture.
 */
function listedElsewhere(kind: KnownKind, hashes: readonly string[], rows: readonly KnownRow[]): string | null {
  const other = rows.find((row) => {
    if (row.kind === kind) return false
    const isAlike = kind === 'never' || row.kind === 'never' ? same : near
    return hashes.every((hash) => isAlike(hash, row.hashes))
  })
  if (other === undefined) return null
  const name = `“${other.title}” under “${KINDS[other.kind].name}”`
  return `That picture is listed already: it is ${name}. If it is wrong there, remove it first.`
}

const same = (hash: string, hashes: readonly string[]): boolean => hashes.includes(hash)
const near = (hash: string, hashes: readonly string[]): boolean => nearest([hash], hashes) !== null

const isPortrait = (kind: KnownKind): boolean => kind === 'mp' || kind === 'staff'

const NOT_SEEN = {
  'too-large': 'That picture has too many pixels. Make it smaller.',
  'too-slow': 'Looking at that picture takes too long. Save it again in another format.',
  unreadable: 'That file is broken, or no picture.',
  'unknown-kind': 'Only JPEG, PNG, GIF, WebP and AVIF can be read.',
  failed: 'The picture could not be looked at. The note at the top of “Pictures and works” may say why.',
} as const

const TOO_PLAIN =
  'That picture is too plain: hundreds of others look the same to the tool, and it would take all of them for this one.'

const IMPOSTOR = 'Whoever wears it on a profile is shown to staff as a possible impostor.'

const KINDS: Record<KnownKind, { name: string; one: string; hint: string }> = {
  unwanted: {
    name: 'Not wanted here again',
    one: 'Something that was removed',
    hint: 'Whoever posts it again is found, by the rule you choose below.',
  },
  ours: {
    name: 'Registered works',
    one: 'A work that somebody holds the rights in',
    hint: 'Whoever posts it is shown to staff, who must find out whether they had leave.',
  },
  never: {
    name: 'Harmless: never found',
    one: 'Something harmless that the tool takes for a breach',
    hint: 'Nothing the tool sees on it counts, whatever else it looks like.',
  },
  mp: {
    name: 'Portraits of the MP',
    one: 'A portrait of the MP',
    hint: `${IMPOSTOR} The accounts’ own pictures are added automatically.`,
  },
  staff: {
    name: 'Portraits of colleagues',
    one: 'A portrait of a colleague',
    hint: IMPOSTOR,
  },
}

interface Refused {
  picture?: RefusedPicture
  text?: RefusedWork
}

async function showPictures(c: Context<Env>, parts: ConsoleParts, { picture, text: work }: Refused = {}) {
  const { store, examiner } = parts
  const rows = await store.known.all()
  const works = await store.works.all()
  const names = await store.people.names()
  const means = await examiner?.means().catch(() => null)
  return show(
    c,
    parts,
    { title: 'Pictures and works', at: '/pictures', status: picture === undefined && work === undefined ? 200 : 422 },
    <>
      {c.req.query('added') === undefined ? null : <Status>It was added.</Status>}
      {c.req.query('removed') === undefined ? null : <Status>It was removed.</Status>}
      <h1>Pictures and works</h1>
      <p>
        Pictures the tool should know again: saved anew, smaller, greyed or captioned, they are still found. One that is
        cropped or turned may not be. Only fingerprints are kept, which show nothing; never the pictures.
      </p>
      <Lacking means={means ?? null} />
      {KNOWN_KINDS.map((kind) => (
        <KnownList
          heading={KINDS[kind].name}
          rows={rows.filter((row) => row.kind === kind).map(listed)}
          names={names}
          at="/pictures"
        />
      ))}
      <WorkList rows={works} names={names} />
      {rows.length + works.length === 0 ? <Empty>Nothing is to be known again yet.</Empty> : null}
      <h2>Add a picture</h2>
      <p class="faint">
        Never one that may show the abuse of a child: it is a crime to save it. Report it first, then erase it: its case
        says how.
      </p>
      <PictureForm refused={picture ?? null} />
      <h2>Add a text</h2>
      <p class="faint">
        An article, a speech, a poem or a leaflet. Whoever posts a good part of it is shown to staff, unless they say
        whose it is or link to where it stands. Unlike pictures, the text itself is kept.
      </p>
      <WorkForm refused={work ?? null} />
    </>,
  )
}

/** Nothing is said where all is well. */
const Lacking = ({ means }: { means: { pictures: boolean; nudity: boolean } | null }) => {
  if (means?.pictures && means.nudity) return null
  return (
    <p class="aside">
      {means?.pictures ? (
        <>
          <strong>Pictures are not searched for nudity here:</strong> the package <code>nsfwjs</code> is not installed.
          The pictures in this list are found all the same.
        </>
      ) : (
        <>
          <strong>Pictures are not looked at here:</strong> the package <code>sharp</code> is not installed, or does not
          run on this machine. None can be added, and none is found.
        </>
      )}
    </p>
  )
}

const listed = ({ title, holder, breach, hashes, ...row }: KnownRow) => ({
  ...row,
  title,
  more: (
    <>
      {holder === null ? null : <HeldBy holder={holder} />}
      {breach === null ? null : ` · ${concernWords(breach)}`}
    </>
  ),
  remark: hashes.length === 0 ? 'too plain to be known again' : null,
})

const PictureForm = ({ refused }: { refused: RefusedPicture | null }) => (
  <AddForm action="/pictures/add" enctype="multipart/form-data" error={refused?.error}>
    <KindField kinds={KNOWN_KINDS} words={KINDS} chosen={refused?.kind ?? null} />
    <Field label="The picture">
      <input type="file" name="picture" accept="image/jpeg,image/png,image/gif,image/webp,image/avif" required />
    </Field>
    <NameField
      name="title"
      hint="The name of the work or the person, or what it shows"
      given={refused?.title}
      describedBy={refused === null ? undefined : 'add-error'}
    />
    <Field label="Which rule it breaks" hint="Only for something that was removed">
      <BreachSelect chosen={refused?.breach ?? 'graphic-imagery'} />
    </Field>
    <Field label="Who holds the rights" hint="Only for a work">
      <input name="holder" maxlength={LONGEST_NAME} value={refused?.holder ?? ''} />
    </Field>
    <Field label="Note (optional)">
      <textarea name="note" rows={2} maxlength={1000}>
        {refused?.note ?? ''}
      </textarea>
    </Field>
  </AddForm>
)

const BreachSelect = ({ chosen }: { chosen: Breach }) => (
  <select name="breach">
    {BREACHES.map((breach) => (
      <option value={breach} selected={breach === chosen}>
        {concernWords(breach)}
      </option>
    ))}
  </select>
)
