/** The yardstick: the least that a server on Bun does with a JSON request, or with one that it passes on. */
const far = process.env.BARE_FAR

Bun.serve({
  port: Number(process.env.BARE_PORT),
  hostname: '127.0.0.1',
  fetch: far === undefined ? answer : request => passOn(request, far),
})

async function answer(request: Request): Promise<Response> {
  return Response.json(await request.json())
}

async function passOn(request: Request, url: string): Promise<Response> {
  const sent = JSON.stringify(await request.json())
  const headers = { 'content-type': 'application/json' }
  const answered = await fetch(url, { method: 'POST', headers, body: sent })
  return Response.json(await answered.json())
}
