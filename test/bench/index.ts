import { benchConsole } from './console.ts'
import { benchJudge } from './judge.ts'
import { benchPictures } from './pictures.ts'
import { benchPileOn } from './pile-on.ts'
import { benchPipeline } from './pipeline.ts'
import { benchStart } from './start.ts'
import { benchTogether } from './together.ts'

/** `npm run bench`, from the project's folder: what the promises on speed rest on. `npm run bench -- judge` is one of them. */
const BENCHES = {
  judge: benchJudge,
  pictures: benchPictures,
  pipeline: benchPipeline,
  'pile-on': benchPileOn,
  start: benchStart,
  console: benchConsole,
  together: benchTogether,
}

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const unknown = wanted.filter((name) => !(name in BENCHES))
if (unknown.length > 0)
  throw new Error(`There is no bench ${unknown.join(', ')}: only ${Object.keys(BENCHES).join(', ')}.`)
for (const [name, bench] of Object.entries(BENCHES)) if (wanted.length === 0 || wanted.includes(name)) await bench()
