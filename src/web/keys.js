// Everything here is a convenience: each page works without it. A key presses the button or link that carries its name,
// and only while a case has the focus, so that no key surprises anybody elsewhere (WCAG 2.1.4).

document.documentElement.classList.add('js')

const cases = () => [...document.querySelectorAll('[data-case]')]
const status = document.querySelector('[role=status]')

/** After an answer the address names the next case; without one, the first there is; without any, the way back. */
const named = location.hash.startsWith('#case-') ? document.getElementById(location.hash.slice(1)) : null
const next =
  named ?? (document.querySelector('.status') ? (cases()[0] ?? document.querySelector('[data-key=u]')) : null)
next?.focus()

/** Screen readers speak a status when it changes, not when a page arrives with one: so it is said beside the page. */
if (status) say(status.textContent, 'unseen')

function say(words, look) {
  document.querySelector(`.${look}[aria-live]`)?.remove()
  const said = document.createElement('p')
  said.className = look
  said.ariaLive = 'polite'
  document.body.append(said)
  setTimeout(() => said.append(words), 200)
  // Nobody who reads the page to its end should meet it twice.
  setTimeout(() => said.remove(), 10_000)
}

const typing = (element) => element.matches('input:not([type=checkbox], [type=radio]), textarea, select')

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  const here = event.target instanceof Element ? event.target.closest('[data-case], .status') : null
  if (!here || typing(event.target)) return
  // A key held down walks along, and does anything else once.
  if (event.repeat && event.key !== 'j' && event.key !== 'k') return
  if (pressed(event.key, here)) event.preventDefault()
})

/** When the page began to make way for the next: whatever is pressed then was meant for a case that is not here yet. */
let leftAt = null
const isLeaving = () => leftAt !== null && performance.now() - leftAt < 10_000

function pressed(key, here) {
  if (key === '?') return open(document.getElementById('keys'))
  if (!/^[acdghjkosu]$/.test(key)) return false
  // Also the next case: to go there now would break off the answer.
  if (isLeaving()) {
    say('Not yet: the next case is on its way.', 'toast')
    return true
  }
  if (key === 'j' || key === 'k') return move(here, key === 'j' ? 1 : -1)
  const target = (key === 'u' ? document : here).querySelector(`[data-key=${key}]`)
  if (!target) return false
  target.click()
  if (target.href) leftAt = performance.now()
  const details = target.closest('details')
  if (key === 'c' && details?.open) details.querySelector('input:not([type=hidden])')?.focus()
  return true
}

/** From card to card; on the page of one case, to the next case or back to the queue. */
function move(here, by) {
  const all = cases()
  const beside = all[all.indexOf(here) + by]
  if (beside) beside.focus()
  else if (all.length === 1 && all[0] === here) document.querySelector(`[data-beside="${by}"]`)?.click()
  return true
}

function open(details) {
  details.open = true
  details.querySelector('summary').focus()
  return true
}

/**
 * A second press while the first is on its way is dropped; and so is one so soon after the first that it meets the next case
 * already, which nobody can have read. Coming back with the browser's button makes it live again.
 */
const TWICE = 350
const sent = new WeakSet()
document.addEventListener('submit', (event) => {
  if (event.target.matches('.ask')) return
  const [last, at] = (sessionStorage.getItem('pressed') ?? '').split(' ')
  const { key } = event.submitter?.dataset ?? {}
  const isDouble = key !== undefined && key === last && Date.now() - Number(at) < TWICE
  if (sent.has(event.target) || isDouble) return event.preventDefault()
  sent.add(event.target)
  leftAt = performance.now()
  if (key) sessionStorage.setItem('pressed', `${key} ${Date.now()}`)
})
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload()
})

/**
 * Whoever looks at a case says so to their colleagues: while its page is open, or while it has the focus in the queue. Only
 * for as long as a hand moves, so that a window left open over lunch holds nobody up.
 */
const FOCUSED = 300
const RENEWED = 60_000
const whole = document.querySelector('[data-case].whole')
let looking = whole
let moved = false
const numberOf = (one) => one.id.slice('case-'.length)

async function claim(one) {
  const answer = await fetch(`/case/${numberOf(one)}/claim`, { method: 'POST' }).catch(() => null)
  if (!answer?.ok) return
  const { till, held } = await answer.json()
  one.querySelector('[data-held]').textContent = held
  if (till) one.dataset.claim = till
  if (one !== looking) unclaim(one)
}

function unclaim(one) {
  const { claim: till } = one?.dataset ?? {}
  if (till) navigator.sendBeacon(`/case/${numberOf(one)}/unclaim`, new URLSearchParams({ till }))
  if (till) delete one.dataset.claim
}

function lookAt(one) {
  if (!one || one === looking) return
  unclaim(looking)
  looking = one
  setTimeout(() => {
    if (one === looking) void claim(one)
  }, FOCUSED)
}

if (!whole) document.addEventListener('focusin', ({ target }) => lookAt(target.closest('[data-case]')))
if (!whole) lookAt(document.activeElement?.closest('[data-case]'))
for (const sign of ['keydown', 'pointermove', 'pointerdown', 'scroll']) {
  document.addEventListener(sign, () => (moved = true), { passive: true })
}
setInterval(() => {
  if (looking && moved && document.visibilityState === 'visible') void claim(looking)
  moved = false
}, RENEWED)
addEventListener('pagehide', () => unclaim(looking))

/**
 * What is masked is not in the page. Whoever asks for it has the page fetched again that shows it, and only that part of it
 * is put in. Where that fails, the browser goes there, as it would without the script.
 */
document.addEventListener('submit', (event) => {
  const form = event.target
  if (!form.matches('.ask')) return
  event.preventDefault()
  putIn(form).catch(() => form.submit())
})

async function putIn(form) {
  const [path, id] = form.getAttribute('action').split('#')
  const answer = await fetch(`${path}?${new URLSearchParams(new FormData(form))}`)
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const [old, part] = [document, page].map((one) => one.getElementById(id))
  if (!old || !part) throw new Error('The page is another now.')
  const hadFocus = old.contains(document.activeElement)
  old.replaceWith(part)
  if (hadFocus) part.querySelector('.ask button').focus()
  say(part.querySelector('.words, .own p')?.textContent ?? '', 'unseen')
}

/** Copies what a field says; without the script, whoever wants it selects it. */
for (const button of document.querySelectorAll('[data-copy]')) {
  const source = document.getElementById(button.dataset.copy)
  if (!source || !navigator.clipboard) continue
  button.hidden = false
  button.addEventListener('click', () => {
    void navigator.clipboard.writeText(source.value).then(() => say('Copied.', 'toast'))
  })
}
