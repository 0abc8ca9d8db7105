/** Does the sentence that a stretch stands in go on to a question mark? Whoever asks claims nothing. */
export const isAsked = (text: string, end: number): boolean => /^[^.!?\n]{0,200}\?/.test(text.slice(end, end + 201))
