/** The yardstick: the least that a server on Bun does with a JSON request. */
Bun.serve({
  port: Number(process.env.BARE_PORT),
  hostname: '127.0.0.1',
  fetch: async request => Response.json(await request.json()),
})
