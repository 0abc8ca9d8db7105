import { Duplex } from 'node:stream'

/** The first byte of the messages of Postgres' wire protocol that matter here. */
const TERMINATE = 0x58
/** Query, Sync, Flush, CopyDone, CopyFail: what the server answers at once. */
const ASKS_FOR_AN_ANSWER = new Set([0x51, 0x53, 0x48, 0x63, 0x66])
/** AuthenticationOk, ReadyForQuery (idle). */
const WELCOME = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])

/** The far end: one Postgres session. */
export interface Session {
  /** Until the engine runs, and clear away what an earlier client, dropped half-way, left in the session. */
  greet(): Promise<void>
  /** Hand on whole messages, and the answer as it comes. Throws only if the engine is gone. */
  converse(request: Uint8Array, answer: (data: Uint8Array) => void): Promise<void>
}

/**
 * Stands in for pg's socket. pg speaks its ordinary protocol, so the driver, its types and its errors are the same for
 * the embedded engine as for a server. One session serves one client at a time: pool with `max: 1`.
 */
export class PGliteStream extends Duplex {
  readonly #session: Session
  #unread: Buffer = Buffer.alloc(0)
  #greeted = false

  constructor(session: Session) {
    super()
    this.#session = session
  }

  // What pg calls on a net.Socket.
  connect(): this {
    this.#session.greet().then(
      () => this.emit('connect'),
      (error: Error) => this.destroy(error),
    )
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    void this.#pass([chunk], done)
  }
  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    void this.#pass(
      chunks.map(({ chunk }) => chunk),
      done,
    )
  }
  override _final(done: (error?: Error | null) => void): void {
    this.push(null)
    done()
  }

  async #pass(chunks: Buffer[], done: (error?: Error | null) => void): Promise<void> {
    let failure: Error | null = null
    try {
      await this.#take(chunks)
    } catch (error) {
      failure = error instanceof Error ? error : new Error('The engine failed', { cause: error })
    }
    done(failure)
  }

  async #take(chunks: Buffer[]): Promise<void> {
    this.#unread = Buffer.concat([this.#unread, ...chunks])
    if (!this.#greeted) {
      // The start-up message alone has no type byte, only its length.
      if (this.#unread.length < 4 || this.#unread.length < this.#unread.readInt32BE(0)) return
      this.#unread = this.#unread.subarray(this.#unread.readInt32BE(0))
      this.#greeted = true
      this.push(WELCOME)
    }
    let end = 0
    for (let at = 0; this.#unread.length - at >= 5; ) {
      const next = at + 1 + this.#unread.readInt32BE(at + 1)
      if (next > this.#unread.length) break
      const type = this.#unread[at] ?? 0
      if (type === TERMINATE) {
        await this.#forward(end)
        this.push(null)
        return
      }
      if (ASKS_FOR_AN_ANSWER.has(type)) end = next
      at = next
    }
    await this.#forward(end)
  }

  async #forward(end: number): Promise<void> {
    if (end === 0) return
    const request = this.#unread.subarray(0, end)
    this.#unread = this.#unread.subarray(end)
    // Copied, since the engine reuses its memory.
    await this.#session.converse(request, (data) => this.push(Buffer.from(data)))
  }
}
