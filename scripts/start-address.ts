/** Where the server of `./scripts/start` listens: its defaults, or what the environment says. */
export function listenAddress(): { host: string; port: number } {
  const port = Number(process.env.ORION_SERVER__PORT ?? 8080)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    console.error(`error: the port "${process.env.ORION_SERVER__PORT}" is not a number from 1 to 65535`)
    process.exit(1)
  }
  return { host: process.env.ORION_SERVER__HOST ?? '0.0.0.0', port }
}

/** The URL under which this machine reaches it. */
export function localUrl(): string {
  const { host, port } = listenAddress()
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (host === '::') return `http://[::1]:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
