import type { FileHandle } from 'node:fs/promises'

/**
 * A zip archive of the plainest kind that there is: files stored as they are, one after the other, without times, rights
 * or comments. Everything opens it, the same files always make the same bytes, and no byte is left that says nothing: what
 * is read here is written anew and compared, so that a change anywhere in the archive shows.
 */

export interface Entry {
  name: string
  /** Bytes. */
  size: number
  /** CRC-32 of the content. */
  crc: number
}

/** A file to be put in, read when its turn has come. */
export interface Content extends Entry {
  bytes: () => Promise<Uint8Array>
}

/** A file in an archive, and where it begins. */
export interface Placed extends Entry {
  offset: number
}

/** It is no archive as written here; the message, to follow "The archive ", says where. */
export class NotAsWritten extends Error {
  override readonly name = 'NotAsWritten'
}

/** Names of our own making only: nothing that could lead out of the folder it is unpacked into. */
const SAFE_NAME = /^(?:[a-z0-9]+\/)?[A-Za-z0-9]+(?:\.[a-z0-9]+)?$/

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const HEADER = 30
/** 1 January 1980, the first day that a zip knows. */
const NO_DAY = 0x21
const MOST_FILES = 0xffff
const MOST_BYTES = 0xffffffff

function localHeader({ name, size, crc }: Entry): Buffer {
  const header = Buffer.alloc(HEADER)
  header.writeUInt32LE(LOCAL, 0)
  header.writeUInt16LE(10, 4)
  header.writeUInt16LE(NO_DAY, 12)
  header.writeUInt32LE(crc, 14)
  header.writeUInt32LE(size, 18)
  header.writeUInt32LE(size, 22)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, Buffer.from(name, 'latin1')])
}

function centralHeader({ name, size, crc }: Entry, at: number): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(CENTRAL, 0)
  header.writeUInt16LE(10, 4)
  header.writeUInt16LE(10, 6)
  header.writeUInt16LE(NO_DAY, 14)
  header.writeUInt32LE(crc, 16)
  header.writeUInt32LE(size, 20)
  header.writeUInt32LE(size, 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt32LE(at, 42)
  return Buffer.concat([header, Buffer.from(name, 'latin1')])
}

/** The list of the files that an archive ends with. */
function directory(entries: readonly Entry[]): Buffer {
  let at = 0
  const headers = entries.map((entry) => {
    const header = centralHeader(entry, at)
    at += HEADER + entry.name.length + entry.size
    return header
  })
  const list = Buffer.concat(headers)
  if (entries.length >= MOST_FILES || at + list.length >= MOST_BYTES)
    throw new Error('This is too much for one archive of this kind.')
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([list, end])
}

/** The archive, piece by piece: no more than one file is in memory at a time. */
export async function* zip(files: readonly Content[]): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    if (!SAFE_NAME.test(file.name)) throw new Error('A file in an archive must have a name of our own making.')
    yield localHeader(file)
    const bytes = await file.bytes()
    if (bytes.length !== file.size) throw new Error('A file became another while it was archived.')
    yield bytes
  }
  yield directory(files)
}

/**
 * The files of an archive that was written by `zip`, in its order; their contents are not looked at.
 * @throws NotAsWritten where it differs from what `zip` writes by a single byte
 */
export async function readZip(file: FileHandle): Promise<Placed[]> {
  const { size: length } = await file.stat()
  const entries: Placed[] = []
  let at = 0
  while (entries.length < MOST_FILES) {
    const header = await readAt(file, at, HEADER)
    if (header.length < HEADER || header.readUInt32LE(0) !== LOCAL) break
    const [crc, size, letters] = [header.readUInt32LE(14), header.readUInt32LE(18), header.readUInt16LE(26)]
    const name = (await readAt(file, at + HEADER, letters)).toString('latin1')
    if (!SAFE_NAME.test(name)) throw new NotAsWritten(`has a name that is not Serjeant’s, at byte ${at + HEADER}.`)
    const entry = { name, size, crc }
    if (!header.equals(localHeader(entry).subarray(0, HEADER)))
      throw new NotAsWritten(`was changed in what stands before ${name}, at byte ${at}.`)
    const offset = at + HEADER + letters
    if (offset + size > length) throw new NotAsWritten(`ends in the middle of ${name}.`)
    entries.push({ ...entry, offset })
    at = offset + size
  }
  if (entries.length === 0) throw new NotAsWritten('does not begin as one.')
  const rest = directory(entries)
  if (length !== at + rest.length || !rest.equals(await readAt(file, at, rest.length)))
    throw new NotAsWritten(`was changed in its list of files, after byte ${at}.`)
  return entries
}

export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
