import type { Account } from '../meta/graph.ts'
import { inboxSource } from '../meta/inbox.ts'
import type { Readers } from '../sources.ts'
import { fetchAgain } from './again.ts'
import { fetchComments } from './comments.ts'
import { fetchMentions } from './mentions.ts'
import { fetchPosts } from './posts.ts'
import { fetchTags } from './tags.ts'

export const sources: Readers<Account> = {
  comments: { pace: 'live', fetch: fetchComments },
  posts: { pace: 'slow', fetch: fetchPosts },
  tags: { pace: 'slow', fetch: fetchTags },
  mentions: { pace: 'slow', fetch: fetchMentions },
  messages: inboxSource('instagram'),
  again: { pace: 'slow', fetch: fetchAgain },
}
