import { excerpt } from '../../../../std/excerpt.ts'
import { ConnectorError, unavailable } from '../../../failure.ts'
import { notAnInteger, otherKind, overflow, tooLarge } from '../refusals.ts'

/** Errors of Redis by their first word: it is there, but does not serve, or not us. */
const NOT_SERVING: Readonly<Record<string, string>> = {
  NOAUTH: 'it wants a password',
  WRONGPASS: 'user or password is wrong',
  LOADING: 'it is still loading its data',
  MASTERDOWN: 'its master is down',
  CLUSTERDOWN: 'its cluster is down',
  TRYAGAIN: 'its cluster is being moved',
  READONLY: 'it is a replica, which takes no writes',
  BUSY: 'it is busy with a script',
  NOREPLICAS: 'it has too few replicas to write',
}

/** What scripts of ours answer with instead of a value. */
export const TOO_LARGE_WORD = 'ORIONTOOLARGE'

/**
 * An error reply as the failure of a call. The reply is quoted in the note when `isQuoted`: that of a command that
 * carries credentials may repeat them.
 */
export function replyFailure(connector: string, text: string, isQuoted: boolean): ConnectorError {
  const word = /^[A-Z]+/.exec(text)?.[0] ?? 'ERR'
  const why = NOT_SERVING[word] ?? signInProblem(text)
  if (why !== undefined) return unavailable(connector, `${word}: ${why}`, { isUntouched: true })
  if (word === 'WRONGTYPE') return otherKind()
  if (text.includes('value is not an integer')) return notAnInteger()
  if (text.includes('increment or decrement would overflow')) return overflow()
  const limit = new RegExp(`${TOO_LARGE_WORD} (\\d+)`).exec(text)?.[1]
  if (limit !== undefined) return tooLarge(Number(limit))
  return new ConnectorError(
    'UPSTREAM_ERROR',
    `The system behind connector '${connector}' answers with an error`,
    {
      note: noteOf(word, text, isQuoted),
      // Out of memory, or of room on its disk: it may be over soon.
      isPassing: word === 'OOM' || word === 'MISCONF',
    },
  )
}

function signInProblem(text: string): string | undefined {
  if (text.includes('max number of clients')) return 'it has too many clients'
  if (
    /invalid password|without any password|called without|invalid DB index|DB index is out of range/i.test(
      text,
    )
  ) {
    return 'it does not take the password or the number of the database'
  }
  return undefined
}

function noteOf(word: string, text: string, isQuoted: boolean): string {
  if (word === 'MOVED' || word === 'ASK') {
    return `${word}: it is a cluster, which sends to other addresses; they are not called`
  }
  return isQuoted ? excerpt(text) : word
}
