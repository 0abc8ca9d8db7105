import type { Endpoint } from './endpoints.ts'

/**
 * X renamed what it is asked for and what it answers: `tweet.fields` became `post.fields`, and so on. Which of the two it takes
 * today nobody outside can say, so the old one is sent until X refuses it. Answers are read in either (schema.ts).
 */
export type Vocabulary = 'tweet' | 'post'

const PERSON = 'created_at,description,profile_image_url,protected,public_metrics,verified,verified_type'
const MEDIA = 'alt_text,preview_image_url,type,url'
const POST = 'attachments,conversation_id,created_at,display_text_range,entities,lang'

const SENT: Record<Vocabulary, Record<NonNullable<Endpoint['reads']>, Record<string, string>>> = {
  tweet: {
    posts: {
      'tweet.fields': `${POST},author_id,edit_history_tweet_ids,in_reply_to_user_id,note_tweet,referenced_tweets`,
      expansions:
        'attachments.media_keys,attachments.poll_ids,author_id,referenced_tweets.id,referenced_tweets.id.author_id',
    },
    messages: {
      'dm_event.fields': 'attachments,created_at,dm_conversation_id,entities,event_type,id,sender_id,text',
      expansions: 'attachments.media_keys,sender_id',
    },
    users: {},
  },
  post: {
    posts: {
      'post.fields': `${POST},note_post`,
      expansions:
        'attachments.media_keys,attachments.poll_ids,author_id,edit_history_post_ids,in_reply_to_user_id,referenced_posts',
    },
    messages: {
      'dm_event.fields': 'attachments,created_at,dm_conversation_id,entities,event_type,id,text',
      expansions: 'attachments.media_keys,sender_id',
    },
    users: {},
  },
}

/** What to ask for, so that everything used here is in the answer. */
export function fieldsFor({ reads }: Endpoint, vocabulary: Vocabulary): Record<string, string> {
  if (!reads) return {}
  const media = reads === 'users' ? {} : { 'media.fields': MEDIA }
  return { 'user.fields': PERSON, ...media, ...SENT[vocabulary][reads] }
}

export const other = (vocabulary: Vocabulary): Vocabulary => (vocabulary === 'tweet' ? 'post' : 'tweet')

/** Whether X refuses the words, and not what is asked in them. @param said all that X said of it */
export function isMisunderstood(said: string): boolean {
  return /\b(tweet|post|dm_event|user|media)\.fields\b|\bexpansions\b|referenced_(tweets|posts)|note_(tweet|post)/.test(
    said,
  )
}
