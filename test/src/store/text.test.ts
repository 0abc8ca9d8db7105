import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { original, storable, storableJson, store } from '../../../src/store/text.ts'

/** Any UTF-16 at all, with NULs and halves of pairs made likely. */
const hostile = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0xd83d, 0xde00, 0xd800, 0xdfff, 0x5c, 0x22)))
  .map((units) => String.fromCharCode(...units))

describe('text that Postgres can’t hold', () => {
  it('is kept to the last code unit', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(original(store(text))).toBe(text)
      }),
    )
  })

  it('is stored well formed, without NUL, and of the same length, so that offsets stay true', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const plain = storable(text)
        expect(plain).not.toContain('\0')
        expect(new TextDecoder().decode(new TextEncoder().encode(plain))).toBe(plain)
        expect(plain).toHaveLength(text.length)
      }),
    )
  })

  it('leaves what can be stored as it is, without a second copy', () => {
    expect(store('naïve 😀 text')).toEqual({ text: 'naïve 😀 text', exact: null })
  })

  it('is made storable inside JSON, keys too', () => {
    expect(storableJson({ 'a\0': ['\ud800', 1, null, { b: true }] })).toEqual({
      'a\u2400': ['\ufffd', 1, null, { b: true }],
    })
  })
})
