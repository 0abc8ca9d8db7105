import { type Bucket, ENDPOINTS, type Endpoint, type EndpointName } from './endpoints.ts'
import type { Shown } from './nodes.ts'
import { needsPermission, type RefusalName, refuse } from './refusals.ts'
import type { Grant } from './tokens.ts'

/** What a token may do; what depends on whose thing it is or where it lies is seen to there. */

/** @returns whether the caller gets an empty list, and no word of why. @throws Refused */
export function checkRights(grant: Grant, thing: Shown, name: EndpointName): boolean {
  const { scopes, tasks, toUsers }: Endpoint = ENDPOINTS[name]
  if (!grant.page && toUsers === 'nothing') return true
  if (!grant.page && toUsers !== 'allowed') refuse('pageTokenNeeded')
  const reads = name.startsWith('GET ')
  for (const scope of scopes) {
    if (grant.scopes.has(scope)) continue
    if (reads) needsPermission(scope)
    refuse('denied')
  }
  const page = grant.page ?? (thing.node === 'Page' ? thing : null)
  const held = page && grant.tasks.get(page)
  if (tasks && !tasks.some((task) => held?.has(task))) refuse('denied')
  return false
}

const THROTTLES: Readonly<Record<Bucket, RefusalName>> = {
  pages: 'pagesThrottled',
  instagram: 'instagramThrottled',
  messenger: 'messengerThrottled',
}

/** How a call is refused that was one too many. */
export function throttleOf({ page }: Grant, name: EndpointName): RefusalName {
  return page ? THROTTLES[ENDPOINTS[name].bucket] : 'appThrottled'
}
