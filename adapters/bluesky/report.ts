import type { Order, Outcome } from '../platform.ts'
import type { Account } from './account.ts'
import { MessageHandle, PostHandle } from './map.ts'
import { Anything } from './repo.ts'

/** What Bluesky's moderators call each breach. A breach with no name there is a breach of its rules. */
const REASONS: Record<string, string> = {
  abuse: 'tools.ozone.report.defs#reasonHarassmentTargeted',
  // Somebody's private details are published.
  harassment: 'tools.ozone.report.defs#reasonHarassmentDoxxing',
  'third-party-abuse': 'tools.ozone.report.defs#reasonHarassmentTargeted',
  discrimination: 'tools.ozone.report.defs#reasonHarassmentHateSpeech',
  threat: 'tools.ozone.report.defs#reasonViolenceThreats',
  'graphic-imagery': 'tools.ozone.report.defs#reasonViolenceGraphicContent',
  deception: 'tools.ozone.report.defs#reasonMisleadingScam',
  spam: 'tools.ozone.report.defs#reasonMisleadingSpam',
  'fake-profile': 'tools.ozone.report.defs#reasonMisleadingImpersonation',
}
const OTHER = 'com.atproto.moderation.defs#reasonViolation'

/**
 * Tell the moderators of the account's own server. There is no way to look whether they have been told, so a repeat
 * tells them again, with the same reference: they file reports under what is reported, and one too many harms nobody.
 */
export async function report(account: Account, order: Order, signal: AbortSignal): Promise<Outcome> {
  const subject = subjectOf(order)
  if (!subject) return { is: 'refused', because: 'There is neither an item nor a person to report.' }
  const given = {
    reasonType: REASONS[order.breach ?? ''] ?? OTHER,
    reason: `Reported by the account’s office as ${order.breach ?? 'a breach of its policy'}. Reference ${order.id}.`,
    subject,
    modTool: { name: 'serjeant' },
  }
  await account.lines.own(signal, Anything, (agent, options) =>
    agent.com.atproto.moderation.createReport(given, { ...options, encoding: 'application/json' }),
  )
  return { is: 'done', receipt: null }
}

function subjectOf({ item, author }: Order) {
  const post = PostHandle.safeParse(item?.handle).data
  if (post) return { $type: 'com.atproto.repo.strongRef' as const, uri: post.uri, cid: post.cid }
  const message = MessageHandle.safeParse(item?.handle).data
  if (message && author) {
    const { convoId, messageId } = message
    return { $type: 'chat.bsky.convo.defs#messageRef', did: author.id, convoId, messageId }
  }
  return author ? { $type: 'com.atproto.admin.defs#repoRef' as const, did: author.id } : null
}
