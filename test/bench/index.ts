import { benchJudge } from './judge.ts'
import { benchPipeline } from './pipeline.ts'
import { benchStart } from './start.ts'

/** `npm run bench`, from the project's folder: what the promises on speed rest on. */
benchJudge()
await benchPipeline()
await benchStart()
