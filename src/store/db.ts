import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'

export type Db = PrismaClient
/**
 * Inside a transaction use only this, and nothing that waits for a network: on the embedded database there is one
 * connection, and a query on the outer client would wait for itself.
 */
export type Tx = Prisma.TransactionClient

/** Generous, since on one connection a transaction queues behind all others. Milliseconds. */
export const PATIENCE = { maxWait: 30_000, timeout: 60_000 }
