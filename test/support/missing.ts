/**
 * Part of the tests can't run for want of something. On the build server that is a failure; at home they are skipped,
 * and whoever runs them is told.
 */
export function missing(what: string, remedy: string): null {
  const sentence = `${what} is missing: ${remedy} (or run \`npm test\`, which tries to).`
  if (process.env['CI'] === 'true') throw new Error(sentence)
  console.warn(`\n  SKIPPED: ${sentence}\n`)
  return null
}
