import { crc32, deflateSync } from 'node:zlib'
import { dice } from './dice.ts'

const WIDTH = 160
const HEIGHT = 100

/** A small PNG, drawn from its name: a row of houses under a sky. The same name is the same picture, byte for byte. */
export function drawStreet(name: string): Uint8Array {
  const chance = dice('picture', name)
  const sky = [chance.int(120, 200), chance.int(160, 210), chance.int(200, 250)]
  const houses = Array.from({ length: 8 }, () => ({
    roof: chance.int(25, 45),
    brick: [chance.int(130, 190), chance.int(70, 110), chance.int(50, 90)],
  }))
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3))
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const house = houses[Math.floor(x / (WIDTH / houses.length))]
      const isWindow = x % 20 > 11 && x % 20 < 17 && y % 16 > 9 && y > 50
      const colour = y > 80 ? [70, 70, 74] : house && y > house.roof ? (isWindow ? [240, 226, 150] : house.brick) : sky
      // Each row begins with its filter: none.
      rows.set(colour, y * (1 + WIDTH * 3) + 1 + x * 3)
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(WIDTH, 0)
  header.writeUInt32BE(HEIGHT, 4)
  // Eight bits a channel, red green blue.
  header.set([8, 2], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')])
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  whole.set(body, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}
