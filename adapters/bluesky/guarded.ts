import { type LookupAddress, lookup } from 'node:dns'
import { get as getHttp } from 'node:http'
import { get as getHttps, type RequestOptions } from 'node:https'
import { BlockList, isIP, isIPv4, isIPv6, type LookupFunction } from 'node:net'
import { timely } from '../deadline.ts'
import { PlatformError } from '../platform.ts'
import { isLoopback } from './settings.ts'

/**
 * Fetching from where a stranger says: the author of a post chooses the server that has its pictures. So never from
 * inside the office's own network, never more than asked for, and never over plain HTTP.
 */

const REDIRECTS = 2
const TIMEOUT = 20_000

type Net = readonly [address: string, bits: number]

/** All that IANA keeps for special uses, multicast and the future. */
const SPECIAL_4: readonly Net[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  // Looks public, and is what a machine rented from Azure asks for its own secrets.
  ['168.63.129.16', 32],
]

/** Of IPv6 only this much is given out to the public; what embeds an IPv4 address lies outside or among the special. */
const UNICAST_6: Net = ['2000::', 3]
const SPECIAL_6: readonly Net[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]

function listOf(family: 'ipv4' | 'ipv6', nets: readonly Net[]): BlockList {
  const list = new BlockList()
  for (const [address, bits] of nets) list.addSubnet(address, bits, family)
  return list
}

const special4 = listOf('ipv4', SPECIAL_4)
const special6 = listOf('ipv6', SPECIAL_6)
const unicast6 = listOf('ipv6', [UNICAST_6])

/** Is it the address of a machine that anybody on the Internet could ask? Everything odd is not. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !special4.check(address, 'ipv4')
  // With a zone (`%eth0`) it is meant for one wire.
  if (!isIPv6(address) || address.includes('%')) return false
  return unicast6.check(address, 'ipv6') && !special6.check(address, 'ipv6')
}

/** Checked at the very look-up that the connection uses: a name may change its mind between two. */
const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? []
    if (error || !first) return callback(error ?? new Error('no address'), '', 4)
    if (!addresses.every(({ address }) => isPublic(address))) return callback(new Error('a private address'), '', 4)
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
    if (!here && (protocol !== 'https:' || username || (isIP(host) && !isPublic(host)))) return 'forbidden'
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
    signal: timely(TIMEOUT, signal),
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
