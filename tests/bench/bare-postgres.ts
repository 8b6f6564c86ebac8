import postgres from 'postgres'

/** The yardstick of db_read: the least that a server on Bun does to answer with a row of PostgreSQL. */
const sql = postgres(process.env.BARE_DATABASE ?? '', { max: 5 })

Bun.serve({
  port: Number(process.env.BARE_PORT),
  hostname: '127.0.0.1',
  async fetch(request) {
    const body = await request.json()
    const rows = await sql`SELECT id, name, total FROM orders WHERE id = ${Object(body).data.id}`
    return Response.json({ data: rows })
  },
})
