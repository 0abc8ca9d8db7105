import type { Pool } from 'pg'
import { NOON } from '../builders.ts'

/**
 * A database as it is after years, written by the database itself: items of a hundred thousand people, judged, one in twenty of
 * them answered by staff, 2,000 waiting from the first day to the last, and the log of all of it. Ids are numbers in the
 * shape of ids, so that a bench can name what it asks for.
 */

export const WAITING = 2000
const CHUNK = 20_000
const DAYS = 400

const PREFIX = { item: '8000', decision: '9000', author: 'a000', conversation: 'b000' } as const

const idOf = (noun: keyof typeof PREFIX, n: number): string =>
  `00000000-0000-7000-${PREFIX[noun]}-${n.toString(16).padStart(12, '0')}`

/** Writes every forty-ninth item: whoever opens their page asks for the most. */
export const HEAVIEST = idOf('author', 0)

/** The n-th of those that wait, the longest waiting first. */
export const waitingId = (n: number, size: number): string => idOf('decision', n * (size / WAITING))

/** As `idOf`, by the database. */
const id = (noun: keyof typeof PREFIX, n: string): string =>
  `('00000000-0000-7000-${PREFIX[noun]}-' || lpad(to_hex(${n}), 12, '0'))::uuid`

/**
 * @param accounts ids of four accounts, one for each platform
 * @param size how many items: a multiple of the waiting
 */
export async function fill(
  pool: Pool,
  { accounts, person, size }: { accounts: readonly string[]; person: string; size: number },
  progress: (done: number) => void,
): Promise<void> {
  const people = Math.max(10, size / 10)
  const at = `'${NOON.toISOString()}'::timestamptz`
  const account = `(ARRAY['${accounts.join("','")}']::uuid[])`
  await pool.query(`
    INSERT INTO author (id, platform, external_id, handle, display_name, profile, first_seen_at)
    SELECT ${id('author', 'n')}, (SELECT platform FROM account WHERE account.id = ${account}[1 + n / 7 % 4]), 'p' || n, '@person' || n,
      'Person ' || n, '{"followers": 12, "bio": "Lives here."}', ${at} - interval '${DAYS} days' FROM generate_series(0, ${people - 1}) n`)
  await pool.query(`
    INSERT INTO conversation (id, account_id, external_id, post)
    SELECT ${id('conversation', 'n')}, ${account}[1 + n % 4], 'c' || n, 'The minister answered my letter about the library today.'
    FROM generate_series(0, ${size / 100 + 4}) n`)
  for (let from = 0; from < size; from += CHUNK) {
    await fillSome(pool, { from, to: Math.min(size, from + CHUNK), size, people, at, account, person })
    progress(Math.min(size, from + CHUNK))
  }
  await pool.query(`UPDATE chain SET seq = (SELECT max(seq) FROM entry), hash = md5('last')`)
  await pool.query('VACUUM (ANALYZE)')
}

interface Some {
  from: number
  to: number
  size: number
  people: number
  at: string
  account: string
  person: string
}

async function fillSome(pool: Pool, { from, to, size, people, at, account, person }: Some): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query(`
      CREATE TEMP TABLE fresh ON COMMIT DROP AS
      SELECT n, who, ${id('item', 'n')} AS item, ${id('decision', 'n')} AS decision, ${id('author', 'who')} AS author,
        ${account}[1 + who / 7 % 4] AS account,
        ${at} - make_interval(secs => ${(DAYS * 86_400) / size}::float8 * (${size} - n)) AS wrote,
        n % ${size / WAITING} = 0 AS waits, n % 20 = 1 AS answered, n / ${size / WAITING} % 20 AS kind
      FROM (SELECT n, CASE WHEN n % 49 = 0 THEN 0 ELSE (n::bigint * 7919 % ${people})::int END AS who
        FROM generate_series(${from}, ${to - 1}) n) AS numbers`)
    await client.query(`
      INSERT INTO item (id, account_id, conversation_id, author_id, external_id, revision, kind, text, sha256, link, handle, written_at, seen_at, state)
      SELECT item, account, ${id('conversation', 'n / 400 * 4 + who / 7 % 4')}, author, 'i' || n, 'r1', 'reply',
        'Why did nobody from your office answer what I asked about the bus and the library ' || n || ' weeks ago, you useless lot?',
        md5(n::text) || md5(n::text), 'https://example.com/' || n, '{}', wrote, wrote, 'assessed' FROM fresh`)
    await client.query(`
      INSERT INTO decision (id, item_id, account_id, author_id, outcome, act, clauses, at_risk, casework, reasons, policy, policy_version, decided_at, lane, urgency, closed_at)
      SELECT decision, item, account, author, CASE WHEN waits OR answered THEN 'propose' ELSE 'leave' END,
        CASE WHEN waits OR answered THEN 'hide' ELSE 'none' END,
        CASE WHEN waits OR answered THEN ARRAY[(ARRAY['abuse', 'abuse', 'abuse', 'discrimination', 'spam', 'threat'])[1 + n % 6]] ELSE '{}'::text[] END,
        false, false, '{"An insult is aimed at the MP."}', 'standard', '1', wrote,
        CASE WHEN waits THEN (ARRAY['police', 'performed', 'performed', 'look', 'look', 'casework'])[1 + kind] END, 0,
        CASE WHEN answered AND NOT waits THEN wrote END FROM fresh`)
    // Most of it is proposals.
    await client.query(`
      UPDATE decision SET lane = CASE WHEN closed_at IS NULL THEN coalesce(lane, 'proposal') ELSE 'proposal' END
      FROM fresh WHERE decision.id = fresh.decision AND (waits OR answered)`)
    await client.query(`
      UPDATE decision SET urgency = CASE lane WHEN 'police' THEN 90 WHEN 'proposal' THEN 60 + n % 2 * 5 WHEN 'performed' THEN 40 WHEN 'look' THEN 30 ELSE 20 END
      FROM fresh WHERE decision.id = fresh.decision AND (waits OR answered)`)
    await client.query(`
      INSERT INTO finding (id, item_id, concern, score, gravity, reason, spans, detector, version)
      SELECT gen_random_uuid(), item, concern, 0.9, 'plain', 'An insult is aimed at the MP.', '[{"start": 103, "end": 115}]', 'abuse', '1'
      FROM fresh, unnest(ARRAY['abuse', 'spam']) AS concern WHERE waits OR answered`)
    await client.query(`
      INSERT INTO action (id, account_id, item_id, author_id, decision_id, kind, clause, breach, origin, state, run_at, dedupe_key, created_at, settled_at)
      SELECT gen_random_uuid(), account, item, author, decision, 'hide', 'abuse', 'abuse', CASE WHEN waits THEN 'tool' ELSE '${person}' END,
        CASE WHEN waits THEN 'proposed' ELSE 'done' END, wrote, decision || ':hide', wrote, CASE WHEN waits THEN NULL ELSE wrote END
      FROM fresh WHERE waits OR answered`)
    await client.query(`
      INSERT INTO review (id, decision_id, person_id, author_id, answer, at)
      SELECT gen_random_uuid(), decision, '${person}', author, 'agreed', wrote FROM fresh WHERE answered AND NOT waits`)
    await client.query(`
      INSERT INTO entry (seq, at, kind, actor, item_id, author_id, body, hash)
      SELECT 1000 + 2 * n + twice, wrote, (ARRAY['seen', 'judged'])[1 + twice], 'tool', item, author, '{"outcome": "leave"}', md5(n::text) || md5(n::text)
      FROM fresh, generate_series(0, 1) AS twice`)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}
