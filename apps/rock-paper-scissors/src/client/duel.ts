import type { ClientMessage, DuelView, Reveal, Seat, ServerMessage } from '../server/duel/view.ts'
import { commitmentTo, newNonce } from './commitment.ts'
import { copyOnPress } from './copy-link.ts'
import { type DuelTexts, raiseBothHands, showDuel, showState } from './duel-page.ts'
import { playByKeys } from './keys.ts'
import { SHAKE_MS, wantsNoMotion } from './suspense.ts'

/** How long to wait before the connection is tried again, in milliseconds. */
const RETRY_MS = 800

const page = document.querySelector<HTMLElement>('#duel')
if (page) play(page)

/** Plays one duel: commits to a move, shows it once both have committed, and checks what others show. */
function play(area: HTMLElement): void {
  const id = area.dataset['duel'] ?? ''
  const texts = JSON.parse(area.dataset['texts'] ?? '{}') as DuelTexts // written by our own page
  /** The commitments as they came before anything was shown: what is checked against. */
  const seen = new Map<string, string>()
  let seat: Seat | null = null
  let duel: DuelView | undefined
  let version = 0
  let socket: WebSocket | undefined
  /** A connection that is new may have swallowed the last message of the one before. */
  let isNew = false
  /** Whatever is to be shown waits for it: over once the hands were shaken long enough. */
  let suspense = Promise.resolve()

  copyOnPress(
    area.querySelector('#copy'),
    area.querySelector('#invitation'),
    area.querySelector('#copied'),
  )
  if (!globalThis.isSecureContext) return showState(texts.insecure)
  connect()
  playByKeys(area)
  for (const button of area.querySelectorAll<HTMLButtonElement>('button.move')) {
    button.addEventListener('click', () => {
      const mayChoose = button.getAttribute('aria-disabled') === 'false'
      if (mayChoose) void choose(button.value as Reveal['action'])
    })
  }
  area.querySelector('#rematch')?.addEventListener('click', () => send({ type: 'rematch' }))
  area.querySelector('#leave')?.addEventListener('click', () => send({ type: 'leave' }))

  function connect(): void {
    socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/#.*/, ''))
    isNew = true
    socket.addEventListener('message', ({ data }) => {
      void take(JSON.parse(String(data)) as ServerMessage) // from our own server
    })
    socket.addEventListener('close', () => {
      showState(texts.reconnecting)
      setTimeout(connect, RETRY_MS)
    })
  }

  function send(message: ClientMessage): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  async function take(message: ServerMessage): Promise<void> {
    if (message.type === 'seat') seat = message.seat
    if (message.type !== 'duel' || message.version < version) return
    version = message.version
    if (opensRound(duel, message.duel)) suspense = shakeHands()
    duel = message.duel
    remember(duel)
    const view = duel
    const own = secret()
    if (duel.phase === 'revealing' && seat !== null && !duel.revealed[seat] && own) {
      send({ type: 'reveal', ...own })
    }
    if (isNew && seat !== null) await commitAgain(seat, duel)
    isNew = false
    const [honest] = await Promise.all([check(view), suspense])
    if (view !== duel) return // a newer one came while this one was checked
    showDuel({
      area,
      duel,
      seat,
      faces: message.faces,
      watchers: message.watchers,
      honest,
      texts,
      chosen: secret()?.action,
    })
  }

  async function choose(action: Reveal['action']): Promise<void> {
    if (!duel || seat === null || duel.phase !== 'choosing' || secret()) return
    const { match, round } = duel
    const own = { action, nonce: newNonce() }
    sessionStorage.setItem(nameOf(match, round), JSON.stringify(own)) // for a reload in between
    send({ type: 'commit', commitment: await commitmentTo(own, { id, match, round, seat }) })
  }

  /** Sends once more what was sealed just before the connection was lost, where it did not arrive. */
  async function commitAgain(
    at: Seat,
    { phase, match, round, commitments }: DuelView,
  ): Promise<void> {
    const kept = sessionStorage.getItem(nameOf(match, round))
    if (phase !== 'choosing' || commitments[at] !== null || kept === null) return
    const own = JSON.parse(kept) as Reveal
    send({ type: 'commit', commitment: await commitmentTo(own, { id, match, round, seat: at }) })
  }

  async function shakeHands(): Promise<void> {
    if (wantsNoMotion()) return
    const lower = raiseBothHands(texts)
    await new Promise((resolve) => setTimeout(resolve, SHAKE_MS))
    lower()
  }

  /** What this player has committed to in the round under way, if the server knows of it. */
  function secret(): Reveal | undefined {
    if (!duel || seat === null || duel.commitments[seat] === null) return undefined
    const kept = sessionStorage.getItem(nameOf(duel.match, duel.round))
    return kept === null ? undefined : (JSON.parse(kept) as Reveal)
  }

  function nameOf(match: number, round: number): string {
    return `duel:${id}:${match}:${round}`
  }

  function remember({ match, round, commitments }: DuelView): void {
    for (const [at, commitment] of commitments.entries()) {
      const name = `${match}:${round}:${at}`
      if (commitment !== null && !seen.has(name)) seen.set(name, commitment)
    }
  }

  /** Whether each seat showed in the last round what it had committed to. */
  async function check({ last }: DuelView): Promise<boolean[]> {
    if (!last) return []
    const { match, round } = last
    return Promise.all(
      last.reveals.map(async (shown, at) => {
        const place = { id, match, round, seat: at === 0 ? 0 : 1 } as const
        const commitment = seen.get(`${match}:${round}:${at}`) ?? last.commitments[place.seat]
        return (await commitmentTo(shown, place)) === commitment
      }),
    )
  }
}

/** Whether the moves of a round are shown now that were hidden before. */
function opensRound(before: DuelView | undefined, now: DuelView): boolean {
  if (!before || !now.last) return false
  return before.last?.match !== now.last.match || before.last.round !== now.last.round
}
