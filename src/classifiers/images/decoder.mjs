// A program of its own (see examiner.ts): it opens strangers' pictures. It is given bytes and gives back numbers. It holds
// no secret, no database and no network; when a picture crashes it, or eats too much time or memory, only it dies.
//
// In: { id, bytes, nudity }. Out, once at the start: { is: 'ready', pictures, nudity }, then for each picture
//   { id, is: 'seen', frames: [{ coarse: 72 bytes, fine: 272 bytes, ground: 0.4, edges: 0.1,
//     classes: { Porn: 0.9, … } | null }] }
//   { id, is: 'refused', why: 'too-large' | 'unreadable' | 'unknown-kind' }
import { createRequire } from 'node:module'
import path from 'node:path'

/** More than any camera gives: what is larger was made to hurt. Pixels of one frame, and of all frames together. */
const MOST_PIXELS = 64_000_000
const MOST_IN_ALL = 400_000_000
/** What the classifier wants to see, and what a fingerprint is taken from: see hash.ts. Pixels. */
const SIDE = 224
const COARSE = [9, 8]
const FINE = [17, 16]
/** Milliseconds without a picture after which the classifier's 200 MB are given back: the whole program ends. */
const IDLE = Number(process.env['IDLE_MS'] ?? 600_000)
const DECODE_SECONDS = 8

/** Nothing in here has any business with a network, least of all a library that can fetch models. */
globalThis.fetch = () => Promise.reject(new Error('This program has no network.'))

const sharp = await importOf(() => import('sharp'))
if (sharp) {
  // What browsers show, and nothing that can hold programs, references or other documents: no SVG, PDF or TIFF.
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({
    operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].flatMap((kind) => [
      `VipsForeignLoad${kind}Buffer`,
      `VipsForeignLoad${kind}File`,
    ]),
  })
  sharp.cache(false)
  sharp.concurrency(1)
}

const require = createRequire(import.meta.url)
let nudity = ['nsfwjs/core', '@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'].every(isInstalled)
let classifier

let idle
const rest = () => {
  clearTimeout(idle)
  idle = setTimeout(() => process.exit(), IDLE)
}
rest()

process.on('message', ({ id, bytes, nudity: wanted }) => {
  clearTimeout(idle)
  void answer(id, bytes, wanted)
})
// The service is gone. To exit in good order would wait for what is being opened.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.send({ is: 'ready', pictures: sharp !== null, nudity })

async function answer(id, bytes, wanted) {
  process.send({ id, ...(await look(Buffer.from(bytes), wanted)) })
  rest()
}

async function look(bytes, wanted) {
  try {
    const frames = []
    for (const page of await pagesOf(bytes)) frames.push(await lookAt(bytes, page, wanted))
    return { is: 'seen', frames }
  } catch (error) {
    return { is: 'refused', why: whyOf(error) }
  }
}

/**
 * The first frame, and of an animation one from the middle and the one that is shown longest: what people are to see can
 * hide among harmless ones.
 */
async function pagesOf(bytes) {
  const { width, height, pageHeight = height, pages = 1, delay = [] } = await sharp(bytes, options()).metadata()
  const pixels = width * pageHeight
  if (pixels > MOST_PIXELS || pixels * pages > MOST_IN_ALL) throw new Error('pixel limit')
  if (pages === 1) return [0]
  const longest = delay.reduce((best, ms, page) => (page < pages && ms > delay[best] ? page : best), 0)
  return [...new Set([0, Math.floor(pages / 2), longest])]
}

const options = (page = 0) => ({
  page,
  pages: 1,
  limitInputPixels: MOST_PIXELS,
  // Browsers show what is left of a broken picture, so what is left is looked at.
  failOn: 'none',
  sequentialRead: true,
})

async function lookAt(bytes, page, wanted) {
  const raw = { width: SIDE, height: SIDE, channels: 3 }
  const small = await sharp(bytes, options(page))
    .timeout({ seconds: DECODE_SECONDS })
    .autoOrient()
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .resize(SIDE, SIDE, { fit: 'fill' })
    .raw()
    .toBuffer()
  const grey = await sharp(small, { raw }).greyscale().raw().toBuffer()
  const shrunk = async ([width, height]) =>
    new Uint8Array(
      await sharp(grey, { raw: { ...raw, channels: 1 } })
        .resize(width, height, { fit: 'fill' })
        .toColourspace('b-w')
        .raw()
        .toBuffer(),
    )
  return {
    coarse: await shrunk(COARSE),
    fine: await shrunk(FINE),
    ground: groundOf(grey),
    edges: edgesOf(grey),
    classes: nudity && wanted ? await classesOf(small) : null,
  }
}

/** How much of it is of one shade, 0 to 1: of a page of words most is. */
function groundOf(grey) {
  const shades = new Uint32Array(32)
  for (const level of grey) shades[level >> 3]++
  // A shade on the border of two bins fills both.
  const most = Math.max(...shades.map((count, n) => count + (shades[n + 1] ?? 0)))
  return most / grey.length
}

/** A step between neighbours that somebody sees as an edge. Grey levels. */
const EDGE = 12

/** How much of it is edges, 0 to 1: what has none shows nothing that can be recognised. */
function edgesOf(grey) {
  let edges = 0
  for (let at = 1; at < grey.length; at++) {
    if (at % SIDE > 0 && Math.abs(grey[at] - grey[at - 1]) >= EDGE) edges++
  }
  return edges / grey.length
}

async function classesOf(small) {
  classifier ??= loadClassifier()
  const { tf, model } = await classifier.catch(() => ({}))
  if (!model) {
    nudity = false
    return null
  }
  const tensor = tf.tensor3d(new Uint8Array(small), [SIDE, SIDE, 3], 'int32')
  try {
    const classes = await model.classify(tensor, 5)
    return Object.fromEntries(classes.map(({ className, probability }) => [className, probability]))
  } finally {
    tensor.dispose()
  }
}

async function loadClassifier() {
  const tf = await import('@tensorflow/tfjs')
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  const { load } = await import('nsfwjs/core')
  const { MobileNetV2MidModel } = await import('nsfwjs/models/mobilenet_v2_mid')
  setWasmPaths(`${path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/wasm-out/`)
  await tf.setBackend('wasm')
  await tf.ready()
  return { tf, model: await load('MobileNetV2Mid', { type: 'graph', modelDefinitions: [MobileNetV2MidModel] }) }
}

/** libvips' own words, which are all there is to tell by. They can quote the file, so they go no further. */
function whyOf({ message }) {
  if (/pixel limit|too large|dimensions|exceeds/i.test(message)) return 'too-large'
  return /unsupported image format|blocked|operation is blocked/i.test(message) ? 'unknown-kind' : 'unreadable'
}

async function importOf(load) {
  try {
    return (await load()).default
  } catch {
    return null
  }
}

function isInstalled(name) {
  try {
    return Boolean(require.resolve(name))
  } catch {
    return false
  }
}
