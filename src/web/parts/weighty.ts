import type { Asked, Weighty } from '../../store/index.ts'
import type { Right } from '../rights.ts'

interface Words {
  /** What is asked for, as a heading. */
  name: string
  /** What happens once a second person agrees. */
  does: string
  /** What the second person must be there for; null: anybody who signs in. */
  right: Right | null
  /** Where to see what it is about. */
  see: (asked: Asked) => { href: string; name: string } | null
}

/** What takes two people, in words. */
export const WEIGHTY_WORDS: Readonly<Record<Weighty, Words>> = {
  'permanent-block': {
    name: 'Block somebody for good',
    does: 'The block gets no review date: nobody is reminded to look at it again.',
    right: 'overturn',
    see: ({ subject }) => ({ href: `/author/${subject}`, name: 'The person' }),
  },
  'stop-all': {
    name: 'Keep the tool stopped',
    does: 'It is stopped now, and would go on by itself after a day. Once you agree, it stays stopped until it is let go on.',
    right: null,
    see: () => ({ href: '/settings/stop', name: 'The stop' }),
  },
}
