import { readFileSync } from 'node:fs'
import path from 'node:path'
import { drawStreet } from '../../adapters/rehearsal/picture.ts'
import { createExaminer } from '../../src/classifiers/images/examiner.ts'
import { hashesOf } from '../../src/classifiers/images/sight.ts'

const PICTURES = 60

/** What looking at a picture costs, and what the program that does it takes of the machine. */
export async function benchPictures(): Promise<void> {
  const examiner = createExaminer()
  try {
    const before = performance.now()
    const means = await examiner.means()
    console.log(`pictures: the program starts in ${Math.round(performance.now() - before)} ms`)
    if (!means.pictures) return console.log('pictures: not looked at, since sharp is not installed')
    const pictures = Array.from({ length: PICTURES }, (_, n) => drawStreet(`bench ${n}`))
    for (const what of ['fingerprint', 'all'] as const) {
      if (what === 'all' && !means.nudity) return console.log('pictures: no classifier, since nsfwjs is not installed')
      const [first, ...rest] = pictures
      const begun = performance.now()
      if (first) await examiner.look(first, what)
      const warm = performance.now()
      let known = 0
      for (const picture of rest) {
        const looked = await examiner.look(picture, what)
        if (looked.is === 'seen') known += hashesOf(looked.frames).length
      }
      const each = (performance.now() - warm) / rest.length
      const memory = memoryOf(path.join('classifiers', 'images', 'decoder.mjs'))
      const name = what === 'all' ? 'with the classifier' : 'fingerprint alone'
      console.log(
        `pictures: ${each.toFixed(1)} ms each, ${name}; the first ${Math.round(warm - begun)} ms; ${memory} (${known} fingerprints)`,
      )
    }
  } finally {
    await examiner.close()
  }
}

/** Of this program's children, the one that runs a file. */
function memoryOf(file: string): string {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
    const child = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(file))
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8')) ?? []
    return `${Math.round(Number(kilobytes) / 1024)} MB`
  } catch {
    return 'memory unknown on this system'
  }
}
