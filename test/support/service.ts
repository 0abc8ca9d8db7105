import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const CLI = path.resolve(import.meta.dirname, '../../dist/src/cli.js')

/** The service as staff run it: the built program in a process of its own. */
export interface Running {
  process: ChildProcess
  url: string
  /** The path of the first sign-in, while nobody has an account. */
  welcome: string | null
  /** Milliseconds from the start of the process until it said that it runs. */
  startedIn: number
  /** All it has printed, both streams. */
  output(): string
  /** SIGKILL, and wait for the end. */
  kill(): Promise<void>
  /** SIGTERM, and wait for the end. @returns its exit code */
  stop(): Promise<number | null>
}

export interface Setting {
  dataDir: string
  /** The path of a serjeant.json; absent, nothing is configured. */
  config?: string
  env?: Record<string, string>
}

const scratched = new Set<string>()
process.once('exit', () => {
  if (process.env['KEEP']) return
  for (const folder of scratched) rmSync(folder, { recursive: true, force: true })
})

/** A folder of one's own, gone with the process that asked for it; kept, if KEEP is set, for whoever looks into a failure. */
export function scratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'serjeant-'))
  scratched.add(folder)
  return folder
}

export function writeConfig(folder: string, config: unknown): string {
  const file = path.join(folder, 'serjeant.json')
  writeFileSync(file, JSON.stringify(config))
  return file
}

/** Run any of the program's commands to its end. */
export async function run(
  args: string[],
  setting: Setting & { input?: string },
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = launch(args, setting)
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data.toString()
  })
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data.toString()
  })
  child.stdin?.end(setting.input ?? '')
  const code = await ended(child)
  return { code, stdout, stderr }
}

/** @throws with what it printed, if it ends before it runs */
export async function startProcess(setting: Setting): Promise<Running> {
  const began = performance.now()
  const child = launch(['start'], setting)
  let output = ''
  const end = ended(child)
  const started = await new Promise<{ url: string; welcome: string | null }>((resolve, reject) => {
    const hear = (data: Buffer): void => {
      output += data.toString()
      const url = /The console is at (\S+)/.exec(output)?.[1]
      if (!url) return
      // The greeting is one write; the link, where there is one, came with it.
      resolve({ url, welcome: /(\/welcome\?key=\S+)/.exec(output)?.[1] ?? null })
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    void end.then((code) => reject(new Error(`the service ended with ${code} before it ran:\n${output}`)))
  })
  return {
    process: child,
    ...started,
    startedIn: performance.now() - began,
    output: () => output,
    kill: async () => {
      child.kill('SIGKILL')
      await end
    },
    stop: async () => {
      child.kill('SIGTERM')
      return end
    },
  }
}

/** Start it, and SIGKILL it after so many milliseconds, whatever it is at by then. */
export async function killWithin(setting: Setting, ms: number): Promise<void> {
  const child = launch(['start'], setting)
  const end = ended(child)
  // Unread, its output would fill the pipe and hold it up.
  child.stdout?.resume()
  child.stderr?.resume()
  const timer = setTimeout(() => child.kill('SIGKILL'), ms)
  await end
  clearTimeout(timer)
}

function launch(args: string[], { dataDir, config, env }: Setting): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], {
    // A folder with no serjeant.json and no .env: nothing of the developer's own leaks in.
    cwd: dataDir,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATA_DIR: path.join(dataDir, 'data'),
      PORT: '0',
      LOG_LEVEL: 'debug',
      ...(config ? { SERJEANT_CONFIG: config } : {}),
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)))
}
