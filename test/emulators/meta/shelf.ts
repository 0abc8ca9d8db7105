/** Things by the time they were made. */
export function putByTime<Thing extends { readonly at: number }>(shelf: Thing[], thing: Thing): void {
  let place = shelf.length
  while (place > 0 && (shelf[place - 1]?.at ?? 0) > thing.at) place--
  shelf.splice(place, 0, thing)
}
