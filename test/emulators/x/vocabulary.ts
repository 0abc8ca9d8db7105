/**
 * X renamed what it sends: 'tweet' is the language of its specification 2.166, 'post' that of 2.167. Nobody outside X
 * knows which of the two an API of today speaks, so the emulator speaks either, and refuses the other's names.
 */

export type Vocabulary = 'tweet' | 'post'

export interface Words {
  vocabulary: Vocabulary
  /** The parameter that asks for fields of posts. */
  fields: 'tweet.fields' | 'post.fields'
  referenced: 'referenced_tweets' | 'referenced_posts'
  note: 'note_tweet' | 'note_post'
  edits: 'edit_history_tweet_ids' | 'edit_history_post_ids'
  /** Where the answer includes other posts. */
  included: 'tweets' | 'posts'
  personPosts: 'tweet_count' | 'post_count'
  reposts: 'retweet_count' | 'repost_count'
  /** Before the name of a problem. */
  problems: 'https://api.twitter.com/2/problems/' | 'https://api.x.com/2/problems/'
  /** The expansion that includes the posts referred to. */
  expandReferenced: 'referenced_tweets.id' | 'referenced_posts'
  /** Sent of a post without being asked for. */
  always: readonly string[]
  allowed: Readonly<Record<string, ReadonlySet<string>>>
  expansions: { post: ReadonlySet<string>; person: ReadonlySet<string>; message: ReadonlySet<string> }
}

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '))

const MEDIA = set(
  'alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics public_metrics type url variants width',
)

export const WORDS: Readonly<Record<Vocabulary, Words>> = {
  tweet: {
    vocabulary: 'tweet',
    fields: 'tweet.fields',
    referenced: 'referenced_tweets',
    note: 'note_tweet',
    edits: 'edit_history_tweet_ids',
    included: 'tweets',
    personPosts: 'tweet_count',
    reposts: 'retweet_count',
    problems: 'https://api.twitter.com/2/problems/',
    expandReferenced: 'referenced_tweets.id',
    always: ['id', 'text', 'edit_history_tweet_ids'],
    allowed: {
      'tweet.fields': set(
        'article attachments author_id card_uri community_id context_annotations conversation_id created_at display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang matched_media_notes media_metadata non_public_metrics note_request_suggestions note_tweet organic_metrics paid_partnership possibly_sensitive promoted_metrics public_metrics referenced_tweets reply_settings scopes source suggested_source_links suggested_source_links_with_counts text withheld',
      ),
      'user.fields': set(
        'affiliation confirmed_email connection_status created_at description entities id is_identity_verified location most_recent_tweet_id name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics receives_your_dm subscription subscription_type url username verified verified_followers_count verified_type withheld',
      ),
      'media.fields': MEDIA,
      'dm_event.fields': set(
        'attachments created_at dm_conversation_id entities event_type id participant_ids referenced_tweets sender_id text',
      ),
    },
    expansions: {
      post: set(
        'article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet attachments.poll_ids author_id edit_history_tweet_ids entities.mentions.username geo.place_id in_reply_to_user_id entities.note.mentions.username referenced_tweets.id referenced_tweets.id.attachments.media_keys referenced_tweets.id.author_id',
      ),
      person: set('affiliation.user_id most_recent_tweet_id pinned_tweet_id'),
      message: set('attachments.media_keys participant_ids referenced_tweets.id sender_id'),
    },
  },
  post: {
    vocabulary: 'post',
    fields: 'post.fields',
    referenced: 'referenced_posts',
    note: 'note_post',
    edits: 'edit_history_post_ids',
    included: 'posts',
    personPosts: 'post_count',
    reposts: 'repost_count',
    problems: 'https://api.x.com/2/problems/',
    expandReferenced: 'referenced_posts',
    // GUESS: the history is no longer a field, only an expansion, so it is taken not to come by itself.
    always: ['id', 'text'],
    allowed: {
      'post.fields': set(
        'article article_title attachments card_uri community_id context_annotations conversation_id created_at display_text_range edit_controls entities geo id lang matched_media_notes media_metadata non_public_metrics note_post note_request_suggestions organic_metrics paid_partnership possibly_sensitive promoted_metrics public_metrics reply_settings scopes source suggested_source_links suggested_source_links_with_counts text withheld',
      ),
      'user.fields': set(
        'confirmed_email connection_status created_at description entities id is_identity_verified location name parody profile_banner_url profile_image_url protected public_metrics receives_your_dm subscribes_to_you subscription subscription_type url username verified verified_followers_count verified_type withheld',
      ),
      'media.fields': MEDIA,
      'dm_event.fields': set('attachments created_at dm_conversation_id entities event_type id text'),
    },
    expansions: {
      post: set(
        'article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet attachments.poll_ids author_id edit_history_post_ids entities.mentions.username geo.place_id in_reply_to_user_id referenced_posts username',
      ),
      person: set('affiliation most_recent_post_id pinned_post_id'),
      message: set('attachments.media_keys participant_ids referenced_posts sender_id'),
    },
  },
}

export interface Misnomer {
  parameter: string
  value: string
  message: string
}

/** The first name in a query that this vocabulary does not have; X refuses the whole request for it. */
export function misnomerIn(
  query: Readonly<Record<string, string>>,
  words: Words,
  about: keyof Words['expansions'],
): Misnomer | null {
  for (const [parameter, list] of Object.entries(query)) {
    if (parameter.endsWith('.fields') && !words.allowed[parameter]) {
      return { parameter, value: list, message: `The query parameter [${parameter}] is not one of the known ones` }
    }
    const allowed = parameter === 'expansions' ? words.expansions[about] : words.allowed[parameter]
    const value = allowed && list.split(',').find((name) => !allowed.has(name))
    if (allowed && value !== undefined) {
      const message = `The \`${parameter}\` query parameter value [${value}] is not one of [${[...allowed].join(',')}]`
      return { parameter, value, message }
    }
  }
  return null
}
