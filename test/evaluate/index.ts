import { sayable } from '../../src/logging.ts'
import { evaluate } from './evaluate.ts'

/** `npm run evaluate -- FILE.jsonl`, from the project's folder: how well the judge judges what people have labelled. */
try {
  process.exitCode = await evaluate(process.argv.slice(2), (line) => console.log(line), process.stderr)
} catch (error) {
  const said = sayable(error)
  if (said === null) throw error
  console.error(said)
  process.exitCode = 78
}
