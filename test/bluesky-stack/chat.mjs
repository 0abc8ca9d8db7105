/**
 * A stand-in for Bluesky's chat service, which is closed source.
 *
 * Real: every call comes through the PDS's own service proxy, with the PDS's own judgement of app passwords, and bears a
 * token that is verified against the caller's key in the PLC directory; parameters, input and output are held to the
 * official lexicons; blocks and follows are read from the AppView, who may be written to from the PDS. Inferred, from
 * the lexicons' descriptions and from the errors that the official client knows: when a conversation is a request, that
 * one left comes back with the next message, what a block stops, and the order of the log.
 */
import http from 'node:http'
import { AtpAgent, schemas } from '@atproto/api'
import { IdResolver } from '@atproto/identity'
import { createServer, InvalidRequestError, verifyJwt, XRPCError } from '@atproto/xrpc-server'
import express from 'express'

const CHAT_DID = 'did:web:api.bsky.chat'
const ALPHABET = '234567abcdefghijklmnopqrstuvwxyz'

/** Ids that sort by time, as the service's do. */
let lastMoment = 0
function nextId() {
  lastMoment = Math.max(lastMoment + 1, Date.now() * 1000)
  const bits = BigInt(lastMoment) << 10n
  return Array.from({ length: 13 }, (_, i) => ALPHABET[Number((bits >> BigInt(60 - 5 * i)) & 31n)]).join('')
}

export async function startChat({ plcUrl, appViewUrl }) {
  const ids = new IdResolver({ plcUrl })
  const people = acquaintance(ids, new AtpAgent({ service: appViewUrl }))
  /** What goes wrong next: { lxm, status, error, message, headers }, each once. */
  const faults = []

  const auth = async ({ req, res }) => {
    const lxm = req.path.replace('/xrpc/', '')
    const token = req.headers.authorization?.replace(/^Bearer /, '') ?? ''
    const { iss } = await verifyJwt(token, CHAT_DID, lxm, (did, fresh) => ids.did.resolveAtprotoKey(did, fresh))
    const at = faults.findIndex((fault) => fault.lxm === lxm)
    if (at < 0) return { credentials: { did: iss } }
    const [fault] = faults.splice(at, 1)
    for (const [name, value] of Object.entries(fault.headers ?? {})) res.setHeader(name, value)
    throw new XRPCError(fault.status, fault.message, fault.error)
  }

  const server = createServer(schemas, { validateResponse: true })
  for (const [name, handle] of Object.entries(conversations(people))) {
    server.method(`chat.bsky.convo.${name}`, {
      auth,
      handler: async ({ auth: { credentials }, params, input }) => ({
        encoding: 'application/json',
        body: await handle(credentials.did, { ...params, ...input?.body }),
      }),
    })
  }
  const listening = http.createServer(express().use(server.router))
  await new Promise((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${listening.address().port}`
  return {
    url,
    faults,
    close: () =>
      new Promise((resolve) => {
        listening.closeAllConnections()
        listening.close(resolve)
      }),
  }
}

/** The PDS finds the service by its DID; that one name it shall find here. */
export function routeToChat(pds, { url }) {
  const resolver = pds.ctx.idResolver.did
  const resolve = resolver.resolveNoCache.bind(resolver)
  const service = [{ id: '#bsky_chat', type: 'BskyChatService', serviceEndpoint: url }]
  resolver.resolveNoCache = async (did) =>
    did === CHAT_DID ? { '@context': ['https://www.w3.org/ns/did/v1'], id: CHAT_DID, service } : resolve(did)
}

/** How people stand to each other, asked of the servers that know. */
function acquaintance(ids, appView) {
  const between = async (one, other) => {
    const { data } = await appView.app.bsky.graph.getRelationships({ actor: one, others: [other] })
    return data.relationships[0]
  }
  const blocked = async (one, other) => {
    const { blocking, blockedBy, blockingByList, blockedByList } = await between(one, other)
    return Boolean(blocking || blockedBy || blockingByList || blockedByList)
  }
  const follows = async (one, other) => Boolean((await between(one, other)).following)

  /** Whom somebody lets write to them; who never said so lets those whom they follow. */
  const admits = async (did) => {
    const { pds } = await ids.did.resolveAtprotoData(did)
    const where = { repo: did, collection: 'chat.bsky.actor.declaration', rkey: 'self' }
    try {
      return (await new AtpAgent({ service: pds }).com.atproto.repo.getRecord(where)).data.value.allowIncoming
    } catch (error) {
      if (error.error === 'RecordNotFound') return 'following'
      throw error
    }
  }

  const mayWrite = async (from, to) => {
    if (await blocked(from, to)) throw new InvalidRequestError('block between recipient and sender', 'BlockedActor')
    const admitted = await admits(to)
    if (admitted === 'none')
      throw new InvalidRequestError('recipient has disabled incoming messages', 'MessagesDisabled')
    if (admitted === 'following' && !(await follows(to, from))) {
      const message = 'recipient requires incoming messages to come from someone they follow'
      throw new InvalidRequestError(message, 'NotFollowedBySender')
    }
  }

  const profile = async (did, viewer) => {
    const { data } = await appView.app.bsky.actor.getProfile({ actor: did })
    const { handle, displayName, avatar, createdAt } = data
    if (did === viewer) return { did, handle, displayName, avatar, createdAt }
    const { blocking, blockedBy, following, followedBy } = await between(viewer, did)
    const seen = { muted: false, blockedBy: Boolean(blockedBy), blocking, following, followedBy }
    return { did, handle, displayName, avatar, createdAt, viewer: seen }
  }

  return { blocked, follows, mayWrite, profile }
}

/** chat.bsky.convo.*, by method: the caller's DID and what was sent, to what is answered. */
function conversations({ blocked, follows, mayWrite, profile }) {
  const convos = new Map()
  const logs = new Map()

  const note = (did, type, rev, body) =>
    logs.set(did, [...(logs.get(did) ?? []), { $type: `chat.bsky.convo.defs#${type}`, rev, ...body }])

  const find = (did, { convoId }) => {
    const convo = convos.get(convoId)
    if (!convo?.members.has(did)) throw new InvalidRequestError('Convo not found', 'InvalidConvo')
    return { convo, own: convo.members.get(did) }
  }
  const messageView = ({ id, rev, text, facets, sender, sentAt }) => ({
    $type: 'chat.bsky.convo.defs#messageView',
    id,
    rev,
    text,
    ...(facets && { facets }),
    sender: { did: sender },
    sentAt,
  })
  const deletedView = ({ id, rev, sender, sentAt }) => ({
    $type: 'chat.bsky.convo.defs#deletedMessageView',
    id,
    rev,
    sender: { did: sender },
    sentAt,
  })
  const messagesOf = (convo, own) =>
    convo.messages.map((message) => (own.deleted.has(message.id) ? deletedView(message) : messageView(message)))
  const convoView = async (convo, did) => {
    const own = convo.members.get(did)
    const lastMessage = messagesOf(convo, own).at(-1)
    return {
      id: convo.id,
      rev: convo.rev,
      muted: own.muted,
      status: own.status,
      unreadCount: convo.messages.filter(({ sender, rev }) => sender !== did && rev > own.readRev).length,
      members: await Promise.all([...convo.members.keys()].map((member) => profile(member, did))),
      ...(lastMessage && { lastMessage }),
    }
  }
  const paged = (all, { limit = 50, cursor = '0' }) => {
    const end = Number(cursor) + limit
    return { page: all.slice(Number(cursor), end), cursor: end < all.length ? String(end) : undefined }
  }
  const change = (type, alter) => (did, sent) => {
    const { convo, own } = find(did, sent)
    alter(own)
    const rev = nextId()
    note(did, type, rev, { convoId: convo.id })
    return { rev, convoId: convo.id }
  }

  return {
    async getConvoForMembers(did, { members }) {
      const all = [...new Set([did, ...members])].sort()
      const known = [...convos.values()].find(({ members: them }) => [...them.keys()].join() === all.join())
      if (known) return { convo: await convoView(known, did) }
      for (const other of all) if (other !== did) await mayWrite(did, other)
      const convo = { id: nextId(), rev: nextId(), members: new Map(), messages: [] }
      for (const member of all) {
        const status = member === did || (await follows(member, did)) ? 'accepted' : 'request'
        convo.members.set(member, { status, muted: false, left: false, readRev: '', deleted: new Set() })
        note(member, 'logBeginConvo', convo.rev, { convoId: convo.id })
      }
      convos.set(convo.id, convo)
      return { convo: await convoView(convo, did) }
    },
    async getConvo(did, sent) {
      return { convo: await convoView(find(did, sent).convo, did) }
    },
    async listConvos(did, { status, readState, ...where }) {
      const mine = [...convos.values()]
        .filter(({ members }) => members.has(did) && !members.get(did).left)
        .filter(({ members }) => !status || members.get(did).status === status)
        .sort((a, b) => (a.rev < b.rev ? 1 : -1))
      const { page, cursor } = paged(mine, where)
      const views = await Promise.all(page.map((convo) => convoView(convo, did)))
      return { convos: views.filter(({ unreadCount }) => readState !== 'unread' || unreadCount > 0), cursor }
    },
    async getMessages(did, sent) {
      const { convo, own } = find(did, sent)
      const { page, cursor } = paged(messagesOf(convo, own).reverse(), sent)
      return { messages: page, cursor }
    },
    async getLog(did, { cursor }) {
      const fresh = (logs.get(did) ?? []).filter(({ rev }) => !cursor || rev > cursor).slice(0, 100)
      return { logs: fresh, cursor: fresh.at(-1)?.rev ?? cursor ?? nextId() }
    },
    async sendMessage(did, { message, ...sent }) {
      const { convo, own } = find(did, sent)
      for (const other of convo.members.keys()) {
        if (await blocked(did, other)) throw new InvalidRequestError('block between recipient and sender')
      }
      const { text, facets } = message
      const made = { id: nextId(), rev: nextId(), text, facets, sender: did, sentAt: new Date().toISOString() }
      convo.rev = made.rev
      convo.messages.push(made)
      own.status = 'accepted'
      for (const [member, state] of convo.members) {
        state.left = false
        note(member, 'logCreateMessage', made.rev, { convoId: convo.id, message: messageView(made) })
      }
      return messageView(made)
    },
    async deleteMessageForSelf(did, { messageId, ...sent }) {
      const { convo, own } = find(did, sent)
      const message = convo.messages.find(({ id }) => id === messageId)
      if (!message) throw new InvalidRequestError('Message not found')
      own.deleted.add(messageId)
      note(did, 'logDeleteMessage', nextId(), { convoId: convo.id, message: deletedView(message) })
      return deletedView(message)
    },
    acceptConvo: change('logAcceptConvo', (own) => {
      own.status = 'accepted'
    }),
    leaveConvo: change('logLeaveConvo', (own) => {
      own.left = true
    }),
  }
}
