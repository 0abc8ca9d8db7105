import { type LookupAddress, lookup } from 'node:dns'
import { get as getHttp } from 'node:http'
import { get as getHttps, type RequestOptions } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { PlatformError } from '../platform.ts'
import { isLoopback } from './settings.ts'

/**
 * Fetching from where a stranger says: the author of a post chooses the server that has its pictures. So never from
 * inside the office's own network, never more than asked for, and never over plain HTTP.
 */

const REDIRECTS = 2
const TIMEOUT = 20_000

const PRIVATE = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6')

/** Is it an address that only a machine inside could reach? IPv4 written as IPv6 counts as IPv4. */
export function isPrivate(address: string): boolean {
  const family = isIP(address)
  return family === 0 || PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Checked at the very look-up that the connection uses: a name may change its mind between two. */
const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? []
    if (error || !first) return callback(error ?? new Error('no address'), '', 4)
    if (addresses.some(({ address }) => isPrivate(address))) return callback(new Error('a private address'), '', 4)
    return options.all ? callback(null, addresses) : callback(null, first.address, first.family)
  })
}

export interface Fetched {
  status: number
  type: string
  bytes: Uint8Array
}

/**
 * @param loopback is this machine itself allowed, and plain HTTP with it? Only where Bluesky itself runs here.
 * @param maxBytes more than this is not read
 * @throws PlatformError `unavailable`, or the signal's reason
 */
export async function fetchGuarded(
  url: string,
  maxBytes: number,
  loopback: boolean,
  signal: AbortSignal,
): Promise<Fetched | 'too large' | 'forbidden'> {
  let next = url
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    if (!URL.canParse(next)) return 'forbidden'
    const here = loopback && isLoopback(next)
    const { protocol, hostname, username } = new URL(next)
    const host = hostname.replace(/^\[|\]$/g, '')
    if (!here && (protocol !== 'https:' || username || (isIP(host) && isPrivate(host)))) return 'forbidden'
    const answer = await once(next, maxBytes, here, signal)
    if (answer === 'too large' || answer.location === undefined) return answer
    next = new URL(answer.location, next).href
  }
  return 'forbidden'
}

function once(
  url: string,
  maxBytes: number,
  here: boolean,
  signal: AbortSignal,
): Promise<(Fetched & { location?: string }) | 'too large'> {
  const options: RequestOptions = {
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    ...(here ? {} : { lookup: publicOnly }),
  }
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      reject(signal.aborted ? signal.reason : new PlatformError('unavailable', 'A picture’s server did not answer.'))
    }
    const request = (url.startsWith('https:') ? getHttps : getHttp)(url, options, (response) => {
      const { statusCode: status = 0, headers } = response
      const type = headers['content-type']?.split(';')[0]?.trim() ?? ''
      const { location } = headers
      if (status >= 300 && status < 400 && location !== undefined) {
        request.destroy()
        return resolve({ status, type, bytes: new Uint8Array(), location })
      }
      const chunks: Buffer[] = []
      let size = 0
      response.on('error', fail)
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size <= maxBytes) return
        resolve('too large')
        request.destroy()
      })
      response.on('end', () => resolve({ status, type, bytes: Buffer.concat(chunks) }))
    })
    request.on('error', fail)
  })
}
