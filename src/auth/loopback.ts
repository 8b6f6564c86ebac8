/** Who is at the other end: the address of the socket, or undefined when the call came without one (in process). */
export type Peer = string | undefined

/**
 * True when the request was made on this machine: by a loopback peer or in process, with no sign of a proxy in
 * between, and not by a web page of another site in a local browser.
 */
export function isFromLoopback(peer: Peer, headers: Headers): boolean {
  return (peer === undefined || isLoopbackAddress(peer)) && !isForwarded(headers) && !isForeignPage(headers)
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(address)
}

function isForwarded(headers: Headers): boolean {
  for (const name of headers.keys()) {
    if (name === 'forwarded' || name === 'x-real-ip' || name.startsWith('x-forwarded-')) return true
  }
  return false
}

/** Browsers send `origin` with everything that changes something; a page of this server has a loopback name. */
function isForeignPage(headers: Headers): boolean {
  const origin = headers.get('origin')
  if (origin === null) return false
  const host = URL.parse(origin)?.hostname ?? ''
  return host !== 'localhost' && host !== '[::1]' && !isLoopbackAddress(host)
}
