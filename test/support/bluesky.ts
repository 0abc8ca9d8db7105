import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { AtpAgent } from '@atproto/api'
import { z } from 'zod'

/** Bluesky's own servers, run from test/bluesky-stack, and people who use them as Bluesky's own client would. */

const FOLDER = path.resolve(import.meta.dirname, '../bluesky-stack')

/** Where each server answers; all on loopback. */
const Info = z.object({
  plc: z.string(),
  pds: z.string(),
  appView: z.string(),
  ozone: z.string(),
  ozoneDid: z.string(),
  chat: z.string(),
  control: z.string(),
})
export type BlueskyInfo = z.infer<typeof Info>

declare module 'vitest' {
  interface ProvidedContext {
    /** Running Bluesky servers; null if they are not installed on this machine. */
    bluesky: BlueskyInfo | null
  }
}

export function blueskyInstalled(): boolean {
  return existsSync(path.join(FOLDER, 'node_modules/@atproto/dev-env'))
}

/**
 * Start them, with a Postgres in which they may make a schema.
 * @throws Error with what they printed, if they end before they are ready
 */
export async function startBlueskyStack(databaseUrl: string): Promise<{ info: BlueskyInfo; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['stack.mjs'], {
    cwd: FOLDER,
    // Not vitest's environment: NODE_ENV=test changes what the servers do.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DB_POSTGRES_URL: databaseUrl },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (data: Buffer) => {
    complaints = (complaints + data.toString()).slice(-4000)
  })
  const ended = once(child, 'exit')
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('{')) return Info.parse(JSON.parse(line))
    }
    throw new Error(`the Bluesky servers ended before they were ready:\n${complaints}`)
  })()
  const info = await ready
  child.stdout.resume()
  child.stderr.resume()
  return {
    info,
    stop: async () => {
      // They end with their input: so it is when the tests are killed, too.
      child.stdin.end()
      await ended
    },
  }
}

export type Ref = { uri: string; cid: string }
/** What another post answers: the post itself, and the first of its thread. */
export interface Posted extends Ref {
  root: Ref
}

interface Saying {
  to?: Posted
  quoting?: Ref
  /** The DID of somebody whom the whole text is made to mention. */
  naming?: string
  picture?: { bytes: Uint8Array; alt: string }
  createdAt?: string
}

export type Town = ReturnType<typeof townOn>
export type Person = Awaited<ReturnType<Town['person']>>

/** People on running servers. */
export function townOn(info: BlueskyInfo) {
  const ask = async (what: string, body: unknown = {}): Promise<unknown> => {
    const answer = await fetch(info.control + what, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${what}: ${await answer.text()}`)
    return answer.json()
  }

  /** Wait until the AppView knows all that the PDS does. */
  const sync = async (): Promise<void> => {
    await ask('/sync')
  }

  const person = async (name: string, displayName?: string) => {
    const agent = new AtpAgent({ service: info.pds })
    const handle = `${name}-${randomBytes(3).toString('hex')}.test`
    const password = randomBytes(9).toString('hex')
    await agent.createAccount({ handle, email: `${handle}@example.org`, password })
    const createdAt = new Date().toISOString()
    if (displayName) await agent.app.bsky.actor.profile.create({ repo: agent.assertDid }, { displayName, createdAt })
    const chat = agent.withProxy('bsky_chat', 'did:web:api.bsky.chat').chat.bsky.convo
    const did = agent.assertDid

    /** A post, seen by the AppView before this returns: else the notification of an answer to it may be lost. */
    const say = async (text: string, saying: Saying = {}): Promise<Posted> => {
      const mention = { $type: 'app.bsky.richtext.facet#mention', did: saying.naming }
      const facet = { index: { byteStart: 0, byteEnd: Buffer.byteLength(text) }, features: [mention] }
      const made = await agent.post({
        text,
        ...(saying.naming ? { facets: [facet] } : {}),
        ...(saying.to ? { reply: { root: saying.to.root, parent: { uri: saying.to.uri, cid: saying.to.cid } } } : {}),
        ...(await embedOf(saying)),
        createdAt: saying.createdAt ?? new Date().toISOString(),
      })
      await sync()
      return { ...made, root: saying.to?.root ?? made }
    }

    const embedOf = async ({ quoting, picture }: Saying) => {
      if (quoting) {
        const record = { uri: quoting.uri, cid: quoting.cid }
        return { embed: { $type: 'app.bsky.embed.record' as const, record } }
      }
      if (!picture) return {}
      const { data } = await agent.uploadBlob(picture.bytes, { encoding: 'image/png' })
      const images = [{ alt: picture.alt, image: data.blob, aspectRatio: { width: 1, height: 1 } }]
      return { embed: { $type: 'app.bsky.embed.images' as const, images } }
    }

    /** A reply with any attachment, such as the client's types do not know. */
    const attach = async (text: string, to: Posted, embed: unknown, facets: unknown[]): Promise<Ref> => {
      const reply = { root: to.root, parent: { uri: to.uri, cid: to.cid } }
      const record = { text, reply, embed, facets, createdAt: new Date().toISOString() }
      const where = { repo: did, collection: 'app.bsky.feed.post' }
      const { data } = await agent.com.atproto.repo.createRecord({ ...where, record })
      await sync()
      return data
    }

    /** Many replies at once, all of the same moment. @returns their addresses */
    const flood = async (to: Posted, count: number): Promise<string[]> => {
      const uris: string[] = []
      const reply = { root: to.root, parent: { uri: to.uri, cid: to.cid } }
      const moment = new Date().toISOString()
      for (let done = 0; done < count; done += 150) {
        const writes = Array.from({ length: Math.min(150, count - done) }, (_, i) => ({
          $type: 'com.atproto.repo.applyWrites#create' as const,
          collection: 'app.bsky.feed.post',
          value: { $type: 'app.bsky.feed.post', text: `No! ${done + i}`, reply, createdAt: moment },
        }))
        const { data } = await agent.com.atproto.repo.applyWrites({ repo: did, writes })
        for (const result of data.results ?? []) if ('uri' in result) uris.push(result.uri)
      }
      await sync()
      return uris
    }

    /** Replace what a post says: its address stays, its content id changes. */
    const rewrite = async (post: Posted, text: string): Promise<void> => {
      const where = { repo: did, collection: 'app.bsky.feed.post', rkey: keyOf(post.uri) }
      const { data } = await agent.com.atproto.repo.getRecord(where)
      await agent.com.atproto.repo.putRecord({ ...where, record: { ...data.value, text } })
      await sync()
    }

    const unsay = async (uri: string): Promise<void> => {
      await agent.deletePost(uri)
      await sync()
    }

    /** A private message. @returns the conversation's id and the message's */
    const write = async (to: string, text: string): Promise<{ convoId: string; messageId: string }> => {
      const { data } = await chat.getConvoForMembers({ members: [to] })
      const sent = await chat.sendMessage({ convoId: data.convo.id, message: { text } })
      return { convoId: data.convo.id, messageId: sent.data.id }
    }

    /** Let everybody write private messages to this person. */
    const openMessages = async (): Promise<void> => {
      await agent.chat.bsky.actor.declaration.create({ repo: did, rkey: 'self' }, { allowIncoming: 'all' })
    }

    const appPassword = async (privileged = true): Promise<{ name: string; password: string }> => {
      const label = randomBytes(4).toString('hex')
      return (await agent.com.atproto.server.createAppPassword({ name: label, privileged })).data
    }

    return { agent, chat, did, handle, password, say, attach, flood, rewrite, unsay, write, openMessages, appPassword }
  }

  return {
    info,
    sync,
    person,
    /** How the world sees it, signed in as nobody. */
    stranger: new AtpAgent({ service: info.appView }),
    /** What Ozone's moderators see reported of an at-uri or a DID. */
    reports: async (subject: string) => {
      const Report = z.object({
        type: z.string(),
        comment: z.string().optional(),
        about: z.record(z.string(), z.unknown()),
      })
      return z.array(Report).parse(await ask('/reports', { subject }))
    },
    /** Suspend an account on its own server, or take that back. */
    takedown: async (did: string, applied: boolean): Promise<void> => {
      await ask('/takedown', { did, applied })
    },
    /** The next call of that method of the chat service fails so. */
    failChat: async (fault: {
      lxm: string
      status: number
      error: string
      message: string
      headers?: Record<string, string>
    }) => {
      await ask('/chat/fail', fault)
    },
  }
}

/** The last part of an at-uri. */
export function keyOf(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1)
}

/** One red pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
)
