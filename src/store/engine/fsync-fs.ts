import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { codeOf } from './errors.ts'

/** The parts of Emscripten's NODEFS used here. It is internal to PGlite, which is why its version is pinned. */
interface NodeFsModule {
  NODEFS: {
    node_ops: Record<string, (...args: FsNode[]) => unknown>
    stream_ops: { fsync?: (stream: { nfd?: number }) => number }
    realPath(node: FsNode): string
    tryFSOperation<T>(operation: () => T): T
  }
}
interface FsNode {
  parent: FsNode
}

/**
 * PGlite's own Node filesystem never syncs: its fsync() does nothing, so a power cut usually costs the whole database
 * (electric-sql/pglite#1107). This one passes fsync on to the kernel, and syncs a folder too once a file was made,
 * renamed or removed in it. It wants the start parameters of `embedded.ts`: PGlite's fdatasync() also does nothing.
 */
export class FsyncNodeFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args)
    // After the others, since one of them mounts the folder.
    emscriptenOpts.preRun?.push(syncForReal)
    return { emscriptenOpts }
  }
}

function syncForReal({ NODEFS }: NodeFsModule): void {
  const { node_ops, stream_ops } = NODEFS
  const changed = new Set<string>()
  const noting = (operation: string, folders: (args: FsNode[]) => (FsNode | undefined)[]): void => {
    const original = node_ops[operation]
    if (!original)
      throw new Error(`PGlite's filesystem has no ${operation}: another version than this program is made for.`)
    node_ops[operation] = (...args) => {
      for (const node of folders(args)) if (node) changed.add(NODEFS.realPath(node))
      return original(...args)
    }
  }
  noting('mknod', ([parent]) => [parent])
  noting('unlink', ([parent]) => [parent])
  noting('rename', ([node, parent]) => [node?.parent, parent])
  stream_ops.fsync = ({ nfd }) =>
    // Turns Node's errors into Emscripten's: any other would fly through the engine instead of being told to it.
    NODEFS.tryFSOperation(() => {
      if (nfd !== undefined) fsyncSync(nfd)
      for (const folder of changed) sync(folder)
      changed.clear()
      return 0
    })
}

/** Sync every file and folder of a tree to the disk. */
export function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const inside = path.join(folder, entry.name)
    if (entry.isDirectory()) syncTree(inside)
    else sync(inside)
  }
  sync(folder)
}

export function sync(file: string): void {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return // removed again already
    throw error
  }
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
