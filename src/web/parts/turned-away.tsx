import type { Context } from 'hono'
import { Sorry, showAlone } from './layout.tsx'

/** What somebody reads whom the guard does not let pass: each says what came of it, and the way on. */

export const sessionOver = (c: Context, signIn: string) =>
  showAlone(
    c,
    { title: 'Your session is over', status: 401 },
    <Sorry heading="Your session is over" to={signIn} way="Sign in and go back">
      <p>Nothing was changed: this answer did not arrive. Sign in, and give it again.</p>
    </Sorry>,
  )

export const wrongAddress = (c: Context) =>
  showAlone(
    c,
    { title: 'Not the address of the console', status: 421 },
    <Sorry heading="This is not the address of the console" to={null}>
      <p>
        Use the address you were given. If this one is meant to work, whoever looks after the service can add it to the
        settings.
      </p>
    </Sorry>,
  )

export const notForYou = (c: Context) =>
  showAlone(
    c,
    { title: 'Not part of your role', status: 403 },
    <Sorry heading="This is not part of your role">
      <p>Nothing was changed. An administrator can give you the role that this needs, under “People”.</p>
    </Sorry>,
  )

/** Where the service itself refuses what was sent, before any page looked at it. */
export const refused = (c: Context, status: number) => {
  if (status === 413)
    return showAlone(
      c,
      { title: 'That was too long', status },
      <Sorry heading="That was too long">
        <p>Nothing was changed. Go back and shorten what you wrote.</p>
      </Sorry>,
    )
  return showAlone(
    c,
    { title: 'This came from another page', status: 403 },
    <Sorry heading="This came from another page">
      <p>Nothing was changed: only the console’s own pages may send answers here. Open the case, and answer there.</p>
    </Sorry>,
  )
}

export const opening = (c: Context) => showAlone(c, { title: 'Opening' }, <p role="status">Opening the console …</p>)
