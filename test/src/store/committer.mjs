// Commits rows to the database in the folder given until it is killed, and prints each id once its commit is done.
import { openDatabase } from '../../../dist/src/store/engine/open.js'

const onFatal = (error) => {
  console.error(error.message)
  process.exit(70)
}
const { prisma, pool } = await openDatabase({ dir: process.argv[2], onFatal })
const account = (handle) => ({ platform: 'rehearsal', handle, mode: 'watch' })

for (let n = 0; ; n++) {
  const name = `${process.pid}-${n}`
  if (n % 25 === 24) await pool.query('CHECKPOINT')
  if (n % 3 === 0) {
    // Two rows that belong together.
    await prisma.$transaction([
      prisma.account.create({ data: account(`pair-${name}-a`) }),
      prisma.account.create({ data: account(`pair-${name}-b`) }),
    ])
    process.stdout.write(`pair-${name}-a\npair-${name}-b\n`)
  } else {
    await prisma.account.create({ data: account(`one-${name}`) })
    process.stdout.write(`one-${name}\n`)
  }
}
