import type { Child } from 'hono/jsx'

interface Props {
  /** Where the answer of the key goes. */
  action: string
  /** Where the script asks what the key is to sign. */
  options: string
  /** What the form carries besides, or asks for. */
  children?: Child
  /** The field that carries the key's answer. */
  answer?: string
  button: string
  main?: boolean
}

/** Shown by its script where the browser has passkeys; elsewhere nothing is missed. */
export const PasskeyForm = ({ action, options, children, answer = 'passkey', button, main = false }: Props) => (
  <>
    <form method="post" action={action} data-passkey={options} class="passkey" hidden>
      {children}
      <input type="hidden" name={answer} data-answer />
      <p class="error" role="alert" />
      <button class={main ? 'main' : undefined}>{button}</button>
    </form>
    <script src="/authenticator.js" defer></script>
  </>
)
