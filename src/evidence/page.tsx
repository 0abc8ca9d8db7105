import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { z } from 'zod'
import type { Proof } from '../store/index.ts'
import { Theirs } from '../web/parts/said.tsx'
import {
  concernWords,
  confidence,
  deed,
  entryWords,
  kindWords,
  platformName,
  sentence,
  stateWords,
} from '../web/parts/words.ts'
import type { Manifest } from './manifest.ts'
import type { CaseTold, PackedPicture } from './pack.ts'
import { moment } from './times.ts'

/** The pack as one page, for people: it runs nothing, fetches nothing, and prints. What strangers wrote is only ever text. */

const Said = z.looseObject({
  id: z.string(),
  kind: z.string(),
  text: z.string(),
  link: z.string(),
  writtenAt: z.string(),
})
const Person = z.looseObject({
  platform: z.string(),
  id: z.string(),
  handle: z.string(),
  displayName: z.string().nullable(),
  profile: z.record(z.string(), z.json()),
})
const Frozen = z.looseObject({
  capturedAt: z.string(),
  account: z.looseObject({ platform: z.string(), handle: z.string() }),
  item: Said.extend({
    textSha256: z.string(),
    links: z.array(z.string()),
    readAt: z.string(),
    goneAt: z.string().nullable(),
  }),
  author: Person.nullable(),
  post: z
    .looseObject({ text: z.string().nullable(), postedAt: z.string().nullable(), link: z.string().nullable() })
    .nullable(),
  above: z.array(z.looseObject({ handle: z.string().optional(), text: z.string(), at: z.string() })),
  earlierTexts: z.array(Said),
  thread: z.array(Said.extend({ author: Person.nullable() })),
  earlierByAuthor: z.array(Said),
  ours: z.array(z.looseObject({ kind: z.string(), letter: z.json(), at: z.string().nullable() })),
})

interface Told {
  base: Omit<Manifest, 'files'>
  /** What was captured, parsed. */
  frozen: unknown
  ofCase: CaseTold
  proof: Proof
  pictures: readonly PackedPicture[]
  names: ReadonlyMap<string, string>
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 46rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }
a { color: inherit }
h1, h2, h3 { line-height: 1.25; text-wrap: balance } h2 { margin-top: 2rem; border-top: 1px solid; padding-top: 1rem }
dl { display: grid; grid-template-columns: minmax(6rem, 12rem) minmax(0, 1fr); gap: .25rem 1rem } dt { font-weight: 600 } dd { margin: 0 }
.words { white-space: pre-wrap; border-inline-start: .25rem solid; padding: .25rem 1rem; margin-inline: 0 }
.small { font-size: .875rem }
.control { border: 1px solid; border-radius: .25rem; padding-inline: .15rem; font-size: .8em }
img { max-width: 100%; max-height: 30rem }
@media (max-width: 30rem) { dl { grid-template-columns: minmax(0, 1fr); gap: 0 } dd { margin-bottom: .5rem } }
@media print { :root { color-scheme: light } body { max-width: none; padding: 0 } h2, h3 { break-after: avoid } .words, li { break-inside: avoid } }
`
const HASH = createHash('sha256').update(STYLE).digest('base64')
/** A page from a file has no origin of its own: pictures beside it are let in by their scheme. */
const GUARD = `default-src 'none'; img-src 'self' file:; style-src 'sha256-${HASH}'; base-uri 'none'; form-action 'none'`

/** @returns the whole document */
export async function readable(told: Told): Promise<string> {
  const { base, ofCase, proof, pictures, names } = told
  const { item, author, post, above, account, ...around } = Frozen.parse(told.frozen)
  const where = platformName(account.platform)
  const content = (
    <main>
      <h1>
        Evidence: what was written to {base.office.mp} on {where}
      </h1>
      <p>
        This was put together for the police by the office of {base.office.mp}
        {base.office.constituency === null ? null : ` (${base.office.constituency})`} with Serjeant {base.tool.version},
        which keeps order on the office’s accounts. Whether it is an offence, and which, is for the police and the
        prosecutors to say.
      </p>
      <dl>
        <Fact name="Made">
          <Both at={base.made.utc} />, by {base.madeBy}
        </Fact>
        <Fact name="Frozen">
          <Both at={base.captured.at.utc} />: nothing below that is called frozen was changed since
        </Fact>
        <Fact name="The office">
          {[base.office.phone, base.office.email].filter((way) => way !== null).join(', ') || 'no published contact'}
        </Fact>
        <Fact name="Its policy">
          {base.policy.office}: {base.policy.id}, version {base.policy.version}
        </Fact>
        <Fact name="Case">
          <code>{base.case}</code>
        </Fact>
      </dl>

      <h2>What was written</h2>
      <p class="small">Frozen.</p>
      <Words text={item.text} />
      <dl>
        <Fact name="Kind">
          {kindWords(item.kind)}, {item.kind === 'message' ? 'private' : 'public'}
        </Fact>
        <Fact name="To">
          <Theirs>{account.handle}</Theirs> on {where}
        </Fact>
        <Fact name={`Id on ${where}`}>
          <Code>{item.id}</Code>
        </Fact>
        <Fact name="Address">
          <Code>{item.link}</Code>
        </Fact>
        <Fact name="Written">
          <Both at={item.writtenAt} /> (as {where} says)
        </Fact>
        <Fact name="Read by the tool">
          <Both at={item.readAt} />
        </Fact>
        {item.goneAt === null ? null : (
          <Fact name={`Gone from ${where}`}>
            <Both at={item.goneAt} />
          </Fact>
        )}
        {item.links.map((link) => (
          <Fact name="Link in it">
            <Code>{link}</Code>
          </Fact>
        ))}
        <Fact name="SHA-256 of the text">
          <code>{item.textSha256}</code> (of its UTF-16, little-endian)
        </Fact>
      </dl>

      <h2>Who wrote it</h2>
      <p class="small">Frozen: as the account looked then.</p>
      {author === null ? (
        <p>{where} does not say.</p>
      ) : (
        <dl>
          <Fact name={`Lasting id on ${where}`}>
            <Code>{author.id}</Code>
          </Fact>
          <Fact name="Handle">
            <Theirs>{author.handle}</Theirs>
          </Fact>
          <Fact name="Name shown">{author.displayName === null ? 'none' : <Theirs>{author.displayName}</Theirs>}</Fact>
          {Object.entries(author.profile).map(([name, value]) => (
            <Fact name={PROFILE[name] ?? name}>
              <Theirs>{typeof value === 'string' ? value : JSON.stringify(value)}</Theirs>
            </Fact>
          ))}
        </dl>
      )}

      {pictures.length === 0 ? null : (
        <>
          <h2>Pictures</h2>
          <ol>
            {pictures.map((picture) => (
              <Picture picture={picture} />
            ))}
          </ol>
        </>
      )}

      <h2>What stood around it</h2>
      <p class="small">Frozen.</p>
      {post?.text ? (
        <>
          <h3>The MP’s post</h3>
          <p class="small">{post.postedAt === null ? null : <Both at={post.postedAt} />}</p>
          <Words text={post.text} />
        </>
      ) : null}
      {above.length === 0 ? null : (
        <>
          <h3>Between that post and it</h3>
          {above.map(({ handle, text, at }) => (
            <Quoted who={handle ?? null} text={text} at={at} />
          ))}
        </>
      )}
      <Many name="Earlier texts of the same, before it was edited" said={around.earlierTexts} />
      <Many name="Earlier, by the same account" said={around.earlierByAuthor} />
      {around.ours.length === 0 ? null : (
        <>
          <h3>What the office said to them through the tool</h3>
          {around.ours.map(({ letter, at }) => (
            <Quoted who={null} text={letterText(letter)} at={at} />
          ))}
        </>
      )}
      <Many name="By others under the same post" said={around.thread} />

      <h2>What the office made of it</h2>
      <ul>
        {ofCase.findings.map(({ concern, score, reason, detector, version }) => (
          <li>
            {concernWords(concern)}: {reason} ({confidence(score)}; by the tool, {detector} {version})
          </li>
        ))}
        {ofCase.decision.clauses.map(({ id, lead, words }) => (
          <li>
            Clause {id} of the office’s published policy
            {words === null ? null : (
              <>
                : “{lead === null ? null : `${lead} `}
                {words}”
              </>
            )}
          </li>
        ))}
        {ofCase.answers.map(({ answer, why, by, at, takenBackAt }) => (
          <li>
            <Both at={at} />: {by} answered “{answer}”{takenBackAt === null ? null : ', and it was taken back'}
            {why === null ? null : <>: {why}</>}
          </li>
        ))}
        {ofCase.actions
          .filter(({ orderedAt }) => orderedAt !== null)
          .map(({ action, undo, by, state, orderedAt }) => (
            <li>
              {orderedAt === null ? null : <Both at={orderedAt} />}: ordered by {by}: {undo ? 'undo ' : null}
              {deed(action).do} ({stateWords(state).toLowerCase()})
            </li>
          ))}
        {ofCase.referrals.map(({ kind, force, how, reference, why, at, outcome }) => (
          <li>
            <Both at={at} />:{' '}
            {kind === 'referred'
              ? `reported to ${force} (${how}), reference ${reference ?? 'not known yet'}${outcome === null ? '' : `, outcome: ${outcome}`}`
              : `not reported: ${why}`}
          </li>
        ))}
      </ul>

      <h2>The log’s lines about it</h2>
      <ol class="small">
        {proof.links.map((link) => {
          if (!('entry' in link)) return null
          const { seq, at, kind, actor, body, hash } = link.entry
          return (
            <li value={Number(seq)}>
              <Both at={at} />: {entryWords({ kind, body }, names)}{' '}
              {actor === 'tool' ? 'The tool.' : `${sentence(names.get(actor) ?? 'somebody unknown')}.`}{' '}
              <code>{hash}</code>
            </li>
          )
        })}
      </ol>

      <h2>How to check it</h2>
      <p>
        <code>sha256sum -c SHA256SUMS</code>, in the folder this was unpacked into, shows whether each file is as it
        was. <code>serjeant verify PACK.zip</code>, on any computer with Serjeant and without a network, checks the
        archive byte for byte, and that what was frozen, the text, the pictures and what was noted of the police are
        those that the log’s lines name.
      </p>
      <p>
        Each line of the log carries a hash of the line before it, so that none can be changed, taken out or put in
        between without changing all after it. The log reached line {base.log.seq} then, with the hash{' '}
        <code>{base.log.hash}</code>. Somebody who could rewrite the whole log could also make another pack: whoever
        must be certain asks the office, on a number they know, for its line about this pack, which has the SHA-256 of
        the archive.
      </p>
    </main>
  )
  const page =
    await html`<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${GUARD}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark"><title>Evidence · Serjeant</title><style>${raw(STYLE)}</style></head><body>${content}</body></html>
`
  return page.toString()
}

const PROFILE: Readonly<{ [name: string]: string }> = {
  bio: 'Says of themselves',
  createdAt: 'Account made',
  followers: 'Followers',
  following: 'Follows',
  posts: 'Posts',
  hasAvatar: 'Has a picture',
  avatar: 'Picture’s address',
  verified: 'Verified',
}

const Fact = ({ name, children }: { name: string; children: Child }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)

const Both = ({ at }: { at: string }) => {
  const { utc, london } = moment(new Date(at))
  return (
    <time datetime={utc}>
      {london} ({utc.slice(0, 19).replace('T', ' ')} UTC)
    </time>
  )
}

/** An address is shown and never followed. */
const Code = ({ children }: { children: string }) => (
  <code>
    <Theirs>{children}</Theirs>
  </code>
)

const Words = ({ text }: { text: string }) =>
  text === '' ? (
    <p>No words.</p>
  ) : (
    <blockquote class="words">
      <Theirs>{text}</Theirs>
    </blockquote>
  )

const Quoted = ({ who, text, at }: { who: string | null; text: string; at: string | null }) => (
  <>
    <p class="small">
      {who === null ? null : (
        <>
          <Theirs>{who}</Theirs>,{' '}
        </>
      )}
      {at === null ? null : <Both at={at} />}
    </p>
    <Words text={text} />
  </>
)

type SaidBy = z.infer<typeof Said> & { author?: z.infer<typeof Person> | null }

const Many = ({ name, said }: { name: string; said: readonly SaidBy[] }) =>
  said.length === 0 ? null : (
    <>
      <h3>{name}</h3>
      {said.map(({ text, writtenAt, author }) => (
        <Quoted who={author?.handle ?? null} text={text} at={writtenAt} />
      ))}
    </>
  )

const letterText = (letter: unknown): string => z.looseObject({ text: z.string() }).safeParse(letter).data?.text ?? ''

/** What may be indecent is beside the page and not in it: whoever opens it does so knowing. */
const Picture = ({ picture: { file, sha256, alt, url, state, harmless } }: { picture: PackedPicture }) => (
  <li>
    {file === null ? (
      <p>{state === 'erased' ? 'Erased here, since it may show the abuse of a child.' : 'Could not be fetched.'}</p>
    ) : harmless ? (
      <p>
        <img src={file} alt={alt === null || alt === '' ? 'A picture without a description' : alt} />
      </p>
    ) : (
      <p>
        Not shown here, since nobody has found it harmless: <a href={file}>{file}</a>
      </p>
    )}
    <dl class="small">
      {file === null ? null : <Fact name="File">{file}</Fact>}
      <Fact name="Address">
        <Code>{url}</Code>
      </Fact>
      {alt === null ? null : (
        <Fact name="Described as">
          <Theirs>{alt}</Theirs>
        </Fact>
      )}
      {sha256 === null ? null : (
        <Fact name="SHA-256">
          <code>{sha256}</code>
        </Fact>
      )}
    </dl>
  </li>
)
