/**
 * Half a surrogate pair is no character, and servers refuse what holds one. The replacement is as long, so that offsets stay
 * true.
 */
export const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\uFFFD')

/** Nothing in it could be read by anybody. */
export const isBlank = (text: string): boolean => !/[\p{L}\p{N}\p{S}\p{P}]/u.test(text)
