import type { Asked, Session } from '../../store/index.ts'
import { mayAgree } from '../rights.ts'
import { WEIGHTY_WORDS } from './weighty.ts'
import { counted } from './words.ts'

/** What waits for whoever looks at any page: that they agree to something, or read what was changed about their sign-in. */
/** @param here the page that it stands on, which need not lead to itself */
export const Awaiting = ({ session, second, here }: { session: Session; second: readonly Asked[]; here: string }) => {
  const { staff } = session
  const mine = second.filter(
    ({ kind, askedBy }) => askedBy !== staff.id && mayAgree(staff, WEIGHTY_WORDS[kind].right),
  ).length
  return (
    <>
      {session.hasNews && here !== '/my-sign-in' ? (
        <p class="notice">
          A colleague changed something about your sign-in. <a href="/my-sign-in">Read what</a>
        </p>
      ) : null}
      {mine === 0 || here === '/second' ? null : (
        <p class="notice">
          {counted(mine, 'thing waits', 'things wait')} for you to agree as the second person.{' '}
          <a href="/second">See what</a>
        </p>
      )}
    </>
  )
}
