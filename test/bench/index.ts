import { benchJudge } from './judge.ts'

/** `npm run bench`, from the project's folder: what the promises on speed rest on. */
benchJudge()
