import { z } from 'zod'
import type { Json } from '../../adapters/platform.ts'
import { RedirectText, Thresholds } from '../../moderation/policy.ts'
import { Prisma } from '../generated/prisma/client.ts'
import { NotAllowed } from './answering.ts'
import type { CarryOut } from './confirming.ts'
import { type Db, PATIENCE } from './db.ts'
import { append } from './log.ts'

/** Hard things in a day, after which a break may be suggested. Fewer would suggest one before there was any work. */
export const ENOUGH = { least: 5, most: 500 } as const

const Words = z.string().trim().min(1).max(500)

/**
 * What staff choose in the console. Every one may be left alone: then the configuration file says it, or the tool assumes
 * what stands here.
 */
const Settings = z.object({
  /** Scores from which a clause begins to matter, by the clause's id, where they are not the policy's own. */
  thresholds: z.record(z.string(), Thresholds).default({}),
  /** Thresholds that somebody thinks of, and since when; nothing is decided by them. */
  draft: z.strictObject({ thresholds: z.record(z.string(), Thresholds), since: z.iso.datetime() }).optional(),
  /** The standard answer in other words than the policy's. */
  redirect: z.strictObject({ text: RedirectText, everyDays: z.int().min(1).max(365) }).optional(),
  limits: z
    .strictObject({ alonePerHour: z.int().min(0).max(10_000), redirectsPerHour: z.int().min(0).max(1000) })
    .optional(),
  /** Nothing leaves for the platforms. It lapses after a day unless a colleague confirms it. */
  stop: z
    .strictObject({ since: z.iso.datetime(), by: z.uuid(), why: Words, confirmedBy: z.uuid().nullable() })
    .optional(),
  /** From dissolution till the declaration, both days included: the tool only proposes, and answers only with these words. */
  election: z
    .strictObject({ from: z.iso.date(), till: z.iso.date(), redirect: RedirectText.optional() })
    .refine(({ from, till }) => from <= till, { error: 'must not end before it begins', path: ['till'] })
    .optional(),
  /** Whom staff can turn to when what they read weighs on them. */
  support: z
    .array(z.strictObject({ name: Words, phone: Words.optional(), url: z.url().optional(), note: Words.optional() }))
    .max(20)
    .default([]),
  /** Whom the office reports threats to. */
  police: z
    .strictObject({
      force: Words,
      officer: Words.optional(),
      phone: Words.optional(),
      email: Words.optional(),
      /** What to quote. */
      reference: Words.optional(),
    })
    .optional(),
  /** After how many days a case for the police or a missing reference is overdue, and when to ask what came of it. */
  policeReminders: z
    .strictObject({ days: z.int().min(1).max(30), outcomeDays: z.int().min(1).max(180) })
    .default({ days: 2, outcomeDays: 28 }),
  /** Words of help for somebody at risk, as the office approved them. */
  signposting: z.string().trim().min(1).max(2000).optional(),
  /** Days after which somebody looks at a block again. */
  blockReviewDays: z.int().min(1).max(730).default(180),
  /** Within so many working days whoever contests a decision has an answer. */
  contestWorkingDays: z.int().min(1).max(60).default(20),
  /** Must everybody show something beside their password? */
  secondFactor: z.enum(['optional', 'required']).default('optional'),
  /** After so many hours without a page, a sign-in is over. */
  signOutAfterHours: z.int().min(1).max(72).default(12),
  /** After so many hard things in a day the console suggests a break. Somebody may choose fewer for themselves. */
  enough: z.int().min(ENOUGH.least).max(ENOUGH.most).default(50),
})
export type Settings = z.infer<typeof Settings>
/** What each may be, for whoever asks for one in a form. */
export const SETTING_SHAPES = Settings.shape
/** Where nobody chose anything. */
export const ASSUMED: Settings = Settings.parse({})
export type SettingName = keyof Settings

export interface SettingRow {
  name: string
  changedBy: string
  changedAt: Date
}

export interface SettingsStore {
  /** What holds now, as last read. The same object for as long as nothing changes. */
  present(): Settings
  /** Read it anew: at the start, and from time to time, since another process may have changed it. */
  load(): Promise<void>
  /** Who last changed what. */
  changes(): Promise<SettingRow[]>
  /**
   * Change one; `undefined` goes back to what is assumed. What was there before and after is in the log.
   * @throws ZodError if the value is not one of its kind
   */
  change<Name extends SettingName>(
    name: Name,
    value: Settings[Name] | undefined,
    by: string,
    now: Date,
    why?: string,
  ): Promise<void>
}

export function settings(db: Db): SettingsStore {
  let loaded = ASSUMED
  let stored = ''

  const load = async (): Promise<void> => {
    const rows = await db.setting.findMany({ orderBy: { name: 'asc' } })
    const json = JSON.stringify(rows.map(({ name, value }) => [name, value]))
    if (json === stored) return
    // One that an older or newer version wrote, and this one can't read, is left out: the rest still holds.
    const known = rows.filter(({ name, value }) => partOf(name)?.safeParse(value).success)
    loaded = Settings.parse(Object.fromEntries(known.map(({ name, value }) => [name, value])))
    stored = json
  }

  return {
    present: () => loaded,
    load,
    changes: () =>
      db.setting.findMany({ select: { name: true, changedBy: true, changedAt: true }, orderBy: { name: 'asc' } }),

    change: async (name, value, by, now, why) => {
      const wanted = value === undefined ? undefined : (Settings.shape[name].parse(value) as Json)
      await db.$transaction(async (tx) => {
        const before = await tx.setting.findUnique({ where: { name } })
        if (wanted === undefined) await tx.setting.deleteMany({ where: { name } })
        else {
          const data = { value: wanted ?? Prisma.JsonNull, changedBy: by, changedAt: now }
          await tx.setting.upsert({ where: { name }, create: { name, ...data }, update: data })
        }
        const replaced = (before?.value ?? null) as Json
        const body = { setting: name, before: replaced, after: wanted ?? null, why: why ?? null }
        await append(tx, now, [{ kind: 'setting', actor: by, body }])
      }, PATIENCE)
      await load()
    },
  }
}

/** A colleague wants the tool kept stopped too: it no longer lapses. */
export const confirmStop: CarryOut = async (tx, _asked, agreedBy) => {
  const row = await tx.setting.findUnique({ where: { name: 'stop' } })
  const stop = Settings.shape.stop.safeParse(row?.value).data
  if (stop === undefined) throw new NotAllowed('The tool is not stopped any more.')
  const confirmed = { ...stop, confirmedBy: agreedBy }
  await tx.setting.update({ where: { name: 'stop' }, data: { value: confirmed } })
  return [{ kind: 'setting', actor: agreedBy, body: { setting: 'stop', before: stop, after: confirmed, why: null } }]
}

const partOf = (name: string): z.ZodType | undefined =>
  Object.hasOwn(Settings.shape, name) ? (Settings.shape as Record<string, z.ZodType>)[name] : undefined
