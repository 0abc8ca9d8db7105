// Passkeys: the browser speaks to the key, and the form carries the answer. Without this script, or in a browser that has
// none, the forms stay hidden and the password is the way in.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0))
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '')

const listed = (keys = []) => keys.map((key) => ({ ...key, id: bytes(key.id) }))

async function answer(form) {
  const asked = await fetch(form.dataset.passkey, { method: 'POST' })
  if (!asked.ok) throw new Error('refused')
  const options = await asked.json()
  const challenge = bytes(options.challenge)
  if (options.user) {
    const user = { ...options.user, id: bytes(options.user.id) }
    const publicKey = { ...options, challenge, user, excludeCredentials: listed(options.excludeCredentials) }
    const { id, type, response } = await navigator.credentials.create({ publicKey })
    const { clientDataJSON, attestationObject } = response
    const transports = response.getTransports?.() ?? []
    return {
      id,
      rawId: id,
      type,
      clientExtensionResults: {},
      response: { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject), transports },
    }
  }
  const publicKey = { ...options, challenge, allowCredentials: listed(options.allowCredentials) }
  const { id, type, response } = await navigator.credentials.get({ publicKey })
  const { clientDataJSON, authenticatorData, signature } = response
  return {
    id,
    rawId: id,
    type,
    clientExtensionResults: {},
    response: {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
    },
  }
}

/** The form goes on with the answer, or says that there was none. */
async function carry(form) {
  const trouble = form.querySelector('[role=alert]')
  trouble.textContent = ''
  try {
    form.querySelector('[data-answer]').value = JSON.stringify(await answer(form))
    form.submit()
  } catch {
    trouble.textContent = 'No passkey answered. Try again, or choose another way.'
  }
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!window.PublicKeyCredential) break
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void carry(form)
  })
}
