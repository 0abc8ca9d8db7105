import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** From nothing to the first poll, and what an idle service holds, with the rehearsal as its account. */

const CLI = path.resolve('dist/src/cli.js')
const IDLE_SECONDS = 60

export async function benchStart(): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'serjeant-bench-'))
  try {
    const first = await started(dir)
    await first.stop()
    const again = await started(dir)
    await sleep(IDLE_SECONDS * 1000)
    console.log(`start: first ${first.ms} ms, again ${again.ms} ms to the first poll`)
    console.log(`memory: ${again.memory()} MB resident ${IDLE_SECONDS} s after the start`)
    await again.stop()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function started(dir: string) {
  const began = performance.now()
  const env = { PATH: process.env['PATH'], DATA_DIR: path.join(dir, 'data'), PORT: '0', LOG_LEVEL: 'debug' }
  const child = spawn(process.execPath, [CLI, 'start'], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const polled = new Promise<void>((resolve) => {
    child.stderr.on('data', (data: Buffer) => {
      if (data.toString().includes('a source was polled')) resolve()
    })
  })
  child.stdout.resume()
  await Promise.race([polled, ended.then(() => Promise.reject(new Error('the service ended before it polled')))])
  return {
    ms: Math.round(performance.now() - began),
    memory: () => {
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
      return Math.round(Number(kilobytes) / 1000)
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
