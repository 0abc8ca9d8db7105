import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { ACTION_KINDS } from '../../moderation/model.ts'
import type { Json, Vault } from '../platform.ts'

/**
 * What was done to the street: which replies are hidden, who is blocked, which letters were sent. It is the part of a
 * platform that a real one keeps on its servers, so it outlives this process: in the account's vault, or in a journal.
 */
export const Deed = z.object({
  order: z.string(),
  action: z.enum(ACTION_KINDS),
  undo: z.boolean(),
  /** The id of an item, a person or a letter. */
  target: z.string(),
  /** The item a letter answers; null for other deeds. */
  to: z.string().nullable(),
  /** In ms since 1970. */
  at: z.number(),
})
export type Deed = z.infer<typeof Deed>

/** The deeds that stand, by action and target: an undo takes the deed away. */
export type Standing = ReadonlyMap<string, Deed>

export const deedKey = ({ action, target }: Pick<Deed, 'action' | 'target'>) => `${action} ${target}`

export interface Ledger {
  read(): Promise<Standing>
  /** Alone with what stands, choose a deed; kept for good before the promise resolves. Null: nothing is to be done. */
  write(choose: (standing: Standing) => Deed | null): Promise<void>
}

/** The oldest deeds are let go, so that a street that runs for years stays small. */
const MOST = 5_000

function carryOut(standing: Standing, deed: Deed): Map<string, Deed> {
  const next = new Map(standing)
  const key = deedKey(deed)
  next.delete(key)
  if (!deed.undo) next.set(key, deed)
  for (const [oldest] of next) {
    if (next.size <= MOST) break
    next.delete(oldest)
  }
  return next
}

// What can't be read was written by something else: a rehearsal begins afresh rather than refuse to start.
const standingIn = (stored: Json): Standing =>
  new Map((z.array(Deed).safeParse(stored).data ?? []).map((deed) => [deedKey(deed), deed]))

export function ledgerInVault(vault: Vault): Ledger {
  return {
    read: async () => standingIn(await vault.read()),
    write: async (choose) => {
      await vault.update(async (stored) => {
        const standing = standingIn(stored)
        const deed = choose(standing)
        return deed ? [...carryOut(standing, deed).values()] : stored
      })
    },
  }
}

/**
 * One deed a line, each on the disk before the call returns: what a kill test reads from outside to prove that nothing
 * was done twice. Synchronous on purpose, so that nothing comes between the check and the deed.
 */
export function ledgerInJournal(path: string): Ledger {
  let standing: Standing = new Map()
  if (existsSync(path)) {
    const written = readFileSync(path)
    // A process killed in the middle of a line never said that it was done.
    const whole = written.lastIndexOf('\n') + 1
    const file = openSync(path, 'r+')
    ftruncateSync(file, whole)
    closeSync(file)
    for (const line of written.subarray(0, whole).toString().split('\n')) {
      if (line) standing = carryOut(standing, Deed.parse(JSON.parse(line)))
    }
  }
  return {
    read: async () => standing,
    write: async (choose) => {
      const deed = choose(standing)
      if (!deed) return
      const file = openSync(path, 'a')
      try {
        writeSync(file, `${JSON.stringify(deed)}\n`)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      standing = carryOut(standing, deed)
    },
  }
}
