/**
 * Bluesky's own servers from npm in one process on loopback: PLC directory, PDS, AppView and Ozone, and beside them a
 * stand-in for the chat service, which is closed source (chat.mjs). Needs DB_POSTGRES_URL, a Postgres it may make
 * schemas in. Prints one line of JSON when it is ready and ends when its standard input does, so that it never outlives
 * the tests. Pinned to the last versions that run on Node 20.
 *
 * The control port, for what no client may do:
 *   POST /sync      wait until the AppView has indexed all that the PDS knows. Needed after every post that is going to
 *                   be replied to: this AppView loses the notification when both are indexed at the same moment.
 *   POST /reports   { subject } what Ozone's moderators see reported of an at-uri or a DID
 *   POST /takedown  { did, applied } suspend an account on its own server, or take that back
 *   POST /chat/fail { lxm, status, error, message, headers } the next call of that method fails so
 */
import { randomInt } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

// The servers listen on every interface of the machine unless they are told otherwise, and nothing lets us tell them.
const { listen } = net.Server.prototype
net.Server.prototype.listen = function (...args) {
  const [first, second] = args
  if (typeof first === 'number' && typeof second !== 'string') args.splice(1, 0, '127.0.0.1')
  else if (first?.port !== undefined && !first.host && !first.path) args[0] = { ...first, host: '127.0.0.1' }
  return listen.apply(this, args)
}

process.env.LOG_ENABLED ??= 'false'
// Asserted to be set, and never connected to.
process.env.REDIS_HOST ??= 'unused'

const { AtpAgent } = await import('@atproto/api')
const { TestNetwork } = await import('@atproto/dev-env')
const { routeToChat, startChat } = await import('./chat.mjs')

const dbPostgresUrl = process.env.DB_POSTGRES_URL
if (!dbPostgresUrl) throw new Error('DB_POSTGRES_URL must name a Postgres in which schemas may be made')
// The AppView takes letters and underscores only.
const dbPostgresSchema = Array.from({ length: 12 }, () => String.fromCharCode(97 + randomInt(26))).join('')

// As bsky.social does: the answer to a sign-in says at which server the account lives.
const pds = { enableDidDocWithSession: true }
const network = await TestNetwork.create({ dbPostgresUrl, dbPostgresSchema, pds })
// The PDS waits up to a second between looks at its own log. The tests would wait with it after every post.
network.pds.ctx.sequencer.exponentialBackoff = () => sleep(20)
const chat = await startChat({ plcUrl: network.plc.url, appViewUrl: network.bsky.url })
routeToChat(network.pds, chat)

async function reports({ subject }) {
  const ozone = new AtpAgent({ service: network.ozone.url })
  const headers = await network.ozone.modHeaders('tools.ozone.moderation.queryEvents', 'moderator')
  const types = ['tools.ozone.moderation.defs#modEventReport']
  const { data } = await ozone.tools.ozone.moderation.queryEvents({ types, subject, limit: 100 }, { headers })
  return data.events.map(({ event, subject: about }) => ({ type: event.reportType, comment: event.comment, about }))
}

/** @param applied an account's server keeps a reference with the suspension */
async function takedown({ did, applied }) {
  await network.pds.ctx.accountManager.takedownAccount(did, { applied, ref: applied ? 'test' : undefined })
}

const duties = {
  '/sync': () => network.processAll(20_000),
  '/reports': reports,
  '/takedown': takedown,
  '/chat/fail': (fault) => void chat.faults.push(fault),
}

const control = http.createServer(async (request, response) => {
  try {
    const duty = duties[request.url ?? '']
    if (!duty) return void response.writeHead(404).end()
    const sent = await text(request)
    const body = sent ? JSON.parse(sent) : {}
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify((await duty(body)) ?? {}))
  } catch (error) {
    response.writeHead(500).end(String(error?.stack ?? error))
  }
})

await new Promise((resolve) => control.listen(0, '127.0.0.1', resolve))

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  control.closeAllConnections()
  // Closing may hang behind a long backlog of indexing: nothing here is worth waiting for.
  const patience = sleep(5_000)
  await Promise.race([Promise.allSettled([chat.close(), network.close()]), patience])
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
process.stdin.on('end', stop).resume()

console.log(
  JSON.stringify({
    plc: network.plc.url,
    pds: network.pds.url,
    appView: network.bsky.url,
    ozone: network.ozone.url,
    ozoneDid: network.ozone.ctx.cfg.service.did,
    chat: chat.url,
    control: `http://127.0.0.1:${control.address().port}`,
  }),
)
